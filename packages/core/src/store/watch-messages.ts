import type { Conversation } from '../fold/conversation.ts'
import type { Message } from '../protocol/message.ts'
import { onlyRecentChanged } from '../messages/only-text-changed.ts'
import { selectMessage } from '../messages/select.ts'

type Listener = (message: Message | undefined) => void

/** Who wants to know of one message, and what they were told last. */
interface Watch {
  known: Message | undefined
  readonly listeners: Set<Listener>
}

/** Subscribers of single messages. */
export interface MessageWatch {
  add(state: Conversation, serial: string, listener: Listener): () => void
  /**
   * Tells those whose message differs from what they were told.
   * @param current a listener may dispatch, and so be overtaken by what it caused: what is told is always of now.
   * @param tell guards against what a listener throws.
   */
  flush(before: Conversation, current: () => Conversation, tell: (run: () => void) => void): void
}

export function watchMessages(): MessageWatch {
  const watches = new Map<string, Watch>()

  function check(current: () => Conversation, serial: string, watch: Watch, tell: (run: () => void) => void): void {
    const message = selectMessage(current(), serial)
    if (message === watch.known) return
    watch.known = message
    for (const listener of watch.listeners) {
      // Overtaken by what a listener dispatched: all have been told of that.
      if (watch.known !== message) return
      tell(() => listener(message))
    }
  }

  return {
    add(state, serial, listener) {
      let watch = watches.get(serial)
      if (!watch) watches.set(serial, (watch = { known: selectMessage(state, serial), listeners: new Set() }))
      const { listeners } = watch
      // Wrapped, so that the same function may subscribe twice.
      const own: Listener = (message) => listener(message)
      listeners.add(own)
      return () => {
        listeners.delete(own)
        if (listeners.size === 0 && watches.get(serial) === watch) watches.delete(serial)
      }
    },
    flush(before, current, tell) {
      const after = current()
      if (onlyRecentChanged(before, after)) {
        // A token reaches a list of thousands here: only what is being written to is looked at.
        for (const { id } of after.records.recent) {
          const watch = watches.get(id)
          if (watch) check(current, id, watch, tell)
        }
      } else for (const [serial, watch] of watches) check(current, serial, watch, tell)
    },
  }
}
