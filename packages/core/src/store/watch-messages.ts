import type { Conversation } from '../fold/conversation.ts'
import type { Message } from '../protocol/message.ts'
import { onlyRecentChanged } from '../messages/only-text-changed.ts'
import { selectMessage } from '../messages/select-messages.ts'

type Listener = (message: Message | undefined) => void

/** The subscribers of one message, and the value they were last notified of. */
interface Watch {
  known: Message | undefined
  readonly listeners: Set<Listener>
}

/** The subscribers of single messages. */
export interface MessageWatch {
  add(state: Conversation, serial: string, listener: Listener): () => void
  /**
   * Notifies the subscribers whose message has changed since their last notification.
   * @param current the newest snapshot: a listener may dispatch, and the next listener must get the result.
   * @param tell runs a listener and catches its error
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
      // A listener dispatched, and the nested flush has already notified all listeners of this message.
      if (watch.known !== message) return
      tell(() => listener(message))
    }
  }

  return {
    add(state, serial, listener) {
      let watch = watches.get(serial)
      if (!watch) watches.set(serial, (watch = { known: selectMessage(state, serial), listeners: new Set() }))
      const { listeners } = watch
      // Wrapped, so that the same function can subscribe twice.
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
        // Every token of a long conversation reaches this line, so only the recent records are checked.
        for (const { id } of after.records.recent) {
          const watch = watches.get(id)
          if (watch) check(current, id, watch, tell)
        }
      } else for (const [serial, watch] of watches) check(current, serial, watch, tell)
    },
  }
}
