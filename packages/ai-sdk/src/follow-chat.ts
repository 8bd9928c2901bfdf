import type { Store } from '@streamfold/core'
import type { ChatMessage } from './messages/chat-message.ts'
import type { FollowedChat } from './followed-chat.ts'
import { changeMessages } from './followed-chat.ts'
import type { MessageMerger, OwnDecisions } from './messages/merge-messages.ts'
import { createMessageMerger } from './messages/merge-messages.ts'
import type { Shown } from './messages/shown.ts'

/** Options of `followChat`. */
export interface FollowChatOptions<M extends ChatMessage> {
  readonly store: Store
  /** Those of the conversation's messages that the chat may show. */
  readonly shown: () => readonly Shown[]
  /** What the chat should show of them, by what it shows now. */
  readonly wanted: (current: readonly M[]) => readonly M[]
  /** Whether the chat itself reads this message from a stream. */
  readonly reading: (id: string) => boolean
  /** Whether there is an answer that the chat should read and does not. */
  readonly resumable: () => boolean
  readonly decisions: OwnDecisions<M>
  readonly onError: (error: unknown) => void
}

/** A chat that is being followed. */
export interface Follower {
  /** Called after the chat started or ended to read an answer. */
  look(): void
  stop(): void
}

/** What each chat was given, by its `resumeStream`: React makes a new object of everything else for each render. */
const memories = new WeakMap<FollowedChat<never>['resumeStream'], Memory>()

interface Memory {
  readonly merger: MessageMerger<ChatMessage>
  /** What was shown at the last merge. */
  merged: readonly Shown[] | undefined
}

/** Sets a chat's messages whenever the conversation's messages change, and lets it resume an answer that it should read. */
export function followChat<M extends ChatMessage>(
  chat: FollowedChat<M>,
  { store, shown, wanted, reading, resumable, decisions, onError }: FollowChatOptions<M>,
): Follower {
  const memory = memories.get(chat.resumeStream) ?? { merger: createMessageMerger(), merged: undefined }
  memories.set(chat.resumeStream, memory)
  const merger = memory.merger as unknown as MessageMerger<M> // The merger keeps messages of one chat, so of one type.

  function merge(): void {
    const [before, now] = [memory.merged, shown()]
    memory.merged = now
    // Most changes are in the message that the chat reads itself, and setting messages renders all of them.
    if (before && sameBut(before, now, reading)) return
    changeMessages(chat, (current) => merger.merge(current, wanted(current), reading, decisions))
  }

  function look(): void {
    merge()
    if (resumable()) chat.resumeStream().catch(onError)
  }

  const stop = store.subscribe(look)
  look()
  return {
    look() {
      memory.merged = undefined
      look()
    },
    stop,
  }
}

/** Whether two lists differ only in messages for which `except` is true. */
function sameBut(before: readonly Shown[], now: readonly Shown[], except: (id: string) => boolean): boolean {
  if (before === now) return true
  return before.length === now.length && now.every((message, index) => isSame(before[index]!, message, except))
}

function isSame(before: Shown, now: Shown, except: (id: string) => boolean): boolean {
  if (before.id !== now.id) return false
  return before.message === now.message || (before.message.id === now.message.id && except(now.message.id))
}
