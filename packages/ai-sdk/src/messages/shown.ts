import type { ConversationOpener } from '@streamfold/client'
import type { Conversation, Message } from '@streamfold/core'
import { selectMessages, selectPath, selectSiblings } from '@streamfold/core'

/** What only this page knows of prompts that it published, by their keys. */
export interface Drafts {
  /** Ids in `useChat`, where these are not the keys. */
  readonly ids: Map<string, string>
  /** Prompts that the channel never had, and in whose place others were sent. */
  readonly replaced: Set<string>
}

/** A message with its id in `useChat`. */
export interface Shown {
  readonly id: string
  readonly message: Message
}

/** The messages of the conversation, with their ids in `useChat`. */
export interface ShownMessages {
  /** The branch that the chat shows, made once for each change of it. */
  branch(): readonly Shown[]
  /** All messages, those of other branches too. */
  all(): readonly Shown[]
}

/**
 * Finds the ids that messages have in `useChat`. An edit of a prompt has the id of the prompt that was there first, so
 * that `useChat` shows it in its place.
 */
export function shownMessages(
  { store, head }: Pick<ConversationOpener, 'store' | 'head'>,
  { ids, replaced }: Drafts,
): ShownMessages {
  let known: { readonly path: readonly Message[]; readonly drafts: string; readonly shown: readonly Shown[] } | undefined

  function named(state: Conversation, messages: readonly Message[]): readonly Shown[] {
    return messages.flatMap((message) => (replaced.has(message.key) ? [] : [{ id: idOf(state, message), message }]))
  }

  function idOf(state: Conversation, message: Message): string {
    const first = message.edits === undefined ? message : (selectSiblings(state, message.id)[0] ?? message)
    return ids.get(message.key) ?? ids.get(first.key) ?? first.key
  }

  return {
    branch() {
      const state = store.getState()
      const path = selectPath(state, head(state))
      const drafts = `${ids.size} ${replaced.size}`
      if (known?.path !== path || known.drafts !== drafts) known = { path, drafts, shown: named(state, path) }
      return known.shown
    },
    all: () => named(store.getState(), selectMessages(store.getState())),
  }
}
