import type { Conversation } from '@streamfold/core'
import { selectMessage, selectMessages } from '@streamfold/core'
import { onlyTextChanged } from '@streamfold/core/transport'

/** The branch that one opener shows, as a message through which its path goes. */
export interface ViewHead {
  /** The id of that message in a state; undefined for the newest branch. */
  in(state: Conversation): string | undefined
  /**
   * Shows another branch from now on.
   * @param name id or key of a message, undefined for the newest branch. Until the message is known, what was shown before stays
   */
  choose(name: string | undefined): void
  /** Shows again what was shown before `name`, if nothing else was chosen since. */
  leave(name: string): void
}

interface Choice {
  readonly name: string | undefined
  readonly before: string | undefined
}

/** @param first what is shown at first @param newest the newest state @param changed called when another branch is to be shown */
export function createViewHead(first: string | undefined, newest: () => Conversation, changed: () => void): ViewHead {
  let choice: Choice = { name: first, before: undefined }
  /** The id of a message that was chosen by its key, while it was being sent. */
  const ids = new Map<string, string>()
  /** The last state without a message of that name. */
  const missed = new Map<string, Conversation>()

  function idIn(state: Conversation, name: string): string | undefined {
    const id = ids.get(name)
    if (id !== undefined && selectMessage(state, id)) return id
    if (selectMessage(state, name)) return name
    const before = missed.get(name)
    if (before && onlyTextChanged(before, state)) return undefined
    const found = selectMessages(state).find(({ key }) => key === name)
    if (found) ids.set(name, found.id)
    else missed.set(name, state)
    return found?.id
  }

  function shownIn(state: Conversation): string | undefined {
    const { name, before } = choice
    if (name === undefined) return undefined
    return idIn(state, name) ?? (before === undefined ? undefined : idIn(state, before))
  }

  function set(next: Choice): void {
    choice = next
    for (const names of [ids, missed])
      for (const name of names.keys()) if (name !== next.name && name !== next.before) names.delete(name)
    changed()
  }

  return {
    in: shownIn,
    choose(name) {
      if (name === choice.name) return
      set({ name, before: shownIn(newest()) })
    },
    leave(name) {
      if (name === choice.name) set({ name: choice.before, before: undefined })
    },
  }
}
