import { isSamePrompt } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import type { ModelMessage, UIMessage } from '@tanstack/ai/client'
import type { ChatUIMessage } from '../messages/ui-message.ts'
import { partsOf } from './prompt-of.ts'

/** A prompt of a chat that is about to be published. */
interface Draft {
  /** Its id in the chat and, where the channel takes it, on the channel. */
  readonly id: string
  /** The key of the prompt in whose place it is; undefined for a new one. */
  readonly edits: string | undefined
  readonly message: UIMessage | ModelMessage
}

/** The prompts that the chats of a page have and the channel does not: files of them are being uploaded, or they were refused. */
export interface HeldPrompts {
  /** The last message of a chat as a prompt. @param known its message in the conversation; undefined if there is none */
  draft(message: UIMessage | ModelMessage, known: Message | undefined): Draft
  /** Keeps a prompt. @param error why it was refused; undefined while it is being sent */
  hold(draft: Draft, error?: string): void
  /** Forgets a prompt: it was published, or its author removed it. */
  drop(id: string): void
  /** Whether a prompt was refused. */
  isRefused(id: string): boolean
  /** The messages of the conversation, with each of these prompts behind what it followed. */
  among(messages: readonly ChatUIMessage[]): readonly ChatUIMessage[]
}

interface Held {
  readonly draft: Draft
  readonly message: ChatUIMessage
  /** Ids of the messages that it followed. */
  readonly followed: ReadonlySet<string>
}

/** @param newId makes the ids of those that cannot have their own */
export function createHeldPrompts(newId: () => string, now: () => number): HeldPrompts {
  const held = new Map<string, Held>()
  let newest: readonly ChatUIMessage[] = []

  return {
    draft(message, known) {
      const id = 'id' in message ? message.id : undefined
      const before = id === undefined ? undefined : held.get(id)
      if (before) return { ...before.draft, message }
      return {
        id: id === undefined || known ? newId() : id,
        edits: known?.role === 'user' ? known.key : undefined,
        message,
      }
    },

    hold(draft, error) {
      const before = held.get(draft.id)
      held.set(draft.id, {
        draft,
        message: shownAs(draft, error, before?.message.createdAt ?? new Date(now())),
        followed: before?.followed ?? new Set(newest.map(({ id }) => id)),
      })
    },

    drop: (id) => void held.delete(id),

    isRefused: (id) => held.get(id)?.message.metadata.streamfold.status === 'failed',

    among(messages) {
      if (held.size === 0) return (newest = messages)
      const list = [...messages]
      for (const [id, each] of held)
        // The channel may have it already.
        if (list.every((message) => message.id !== id)) list.splice(placeOf(each, list), 0, each.message)
      newest = list.length === messages.length ? messages : list
      return newest
    },
  }
}

/** Whether the conversation has the words and files of a message, which then asks for another answer. */
export function isKnown(prompt: Message, message: UIMessage | ModelMessage): boolean {
  const parts = partsOf(message)
  const words = parts.flatMap((part) => (part.type === 'text' ? [part.content] : []))
  const files = parts.flatMap((part) => ('source' in part ? [{ url: part.source.value }] : []))
  return isSamePrompt(prompt, { text: words.join('\n\n'), files })
}

function placeOf({ followed, message }: Held, list: readonly ChatUIMessage[]): number {
  const last = list.findLastIndex(({ id }) => followed.has(id))
  if (last >= 0) return last + 1
  // What it followed is not shown, or was not read yet.
  const next = list.findIndex(({ createdAt }) => createdAt > message.createdAt)
  return next < 0 ? list.length : next
}

function shownAs({ id, message }: Draft, error: string | undefined, createdAt: Date): ChatUIMessage {
  const facts = { status: error === undefined ? 'sending' : 'failed', continuity: 'contiguous', parts: [] } as const
  return {
    id,
    role: 'user',
    parts: [...partsOf(message)],
    createdAt,
    metadata: {
      tanstack: { createdAt: createdAt.toISOString() },
      streamfold: { ...facts, ...(error !== undefined && { error }) },
    },
  }
}
