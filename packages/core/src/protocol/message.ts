import type { HeadersIn, MessageTypes, MessageTypesOf, MetadataIn } from './message-types.ts'
import type { MessagePart } from './part.ts'

/**
 * The status of a response. Idle rules set `stalled` and `abandoned`; the agent sets the others. `waiting`: a person has to answer before
 * the response goes on, however long that takes.
 */
export type ResponseStatus = 'streaming' | 'waiting' | 'stalled' | 'abandoned' | 'complete' | 'cancelled' | 'failed' | 'deleted'

/** The phase of a response that a version declares. */
export type Phase = 'streaming' | 'waiting' | 'complete' | 'cancelled' | 'failed'

/**
 * Why the model ended a response, in the AI SDK's terms. `stop`: the answer is finished. `length`: a token limit cut it off.
 * `content-filter`: a filter stopped it, or the model declined. `tool-calls`: it waits for tools that nothing ran. `error`: it failed.
 * `other`: another reason, or an unnamed one.
 */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other'

/** The status of any message. `sending` is a prompt that this client has published and the channel does not have yet. */
export type MessageStatus = ResponseStatus | 'sending'

/**
 * Whether text may be missing. `contiguous`: the text is exactly some version the service held, and the stream extends it.
 * `gapped`: text may be missing; the newest snapshot is shown and no append extends it.
 */
export type Continuity = 'contiguous' | 'gapped'

/** How the shown text arrived. */
export type Source = 'live' | 'history' | 'rewind' | 'cache' | 'local'

/** The author of a message: a person, or an agent. */
export type Role = 'user' | 'assistant'

/**
 * One message of the conversation, as a user interface shows it. Immutable: any change makes a new object.
 * @typeParam T the headers, tools, data and metadata of a product. Any header may be missing, because others may publish too.
 */
export interface Message<T extends MessageTypesOf<T> = MessageTypes> {
  /** The message serial; for a prompt that is being sent, its key. Does not change once the message is on the channel. */
  readonly id: string
  /** Stable identity for rendering: it stays the same when an optimistic prompt becomes a real one. */
  readonly key: string
  readonly role: Role
  /** The text parts, joined: those next to each other directly, the others with a blank line between. */
  readonly text: string
  /** What the message is made of, in order; empty for a message without any content. */
  readonly parts: readonly MessagePart<T>[]
  /** What the agent says about the response, as the model and the tokens used; undefined if it says nothing. A field may come later than others. */
  readonly metadata: Partial<MetadataIn<T>> | undefined
  readonly status: MessageStatus
  readonly continuity: Continuity
  readonly source: Source
  /** Serial of the prompt that this response answers. */
  readonly replyTo: string | undefined
  /** The response that a prompt was sent into; of a response, the one to which it was given over (P131). Such a prompt needs no response of its own. */
  readonly into: string | undefined
  /** Serial of the message that a prompt follows, as its author said; undefined if it does not say. */
  readonly parent: string | undefined
  /** Serial of the prompt that this prompt replaces. It counts only if its author may edit that one. */
  readonly edits: string | undefined
  /** Serial of the prompt for which this one asks for another response. It counts only as `edits` does, and is then on no path. */
  readonly again: string | undefined
  /** The author's identity, as the service stamped it (P5). */
  readonly clientId: string | undefined
  /** Why the response or the prompt failed, in a sentence for its readers. */
  readonly error: string | undefined
  /** Why the model ended this response, if its author says so; a `complete` text may be cut off at a limit. */
  readonly finish?: FinishReason | undefined
  /** Milliseconds since the epoch, by the service's clock. */
  readonly createdAt: number
  readonly updatedAt: number
  /** Version serial of the text; empty if only an append has been seen. */
  readonly version: string
  readonly headers: Partial<HeadersIn<T>>
}
