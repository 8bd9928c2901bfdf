/** Flat string headers of a message (`extras.headers` on the wire). */
export type Headers = Readonly<Record<string, string>>

/** What a product may declare its headers to be: names it knows, each with a string. */
export type HeadersOf<H> = { readonly [Name in keyof H]: string }

/** Where a response stands. `stalled` and `abandoned` are decided by rule from time and agent presence, the rest by the agent. */
export type ResponseStatus = 'streaming' | 'stalled' | 'abandoned' | 'complete' | 'cancelled' | 'failed' | 'deleted'

/** How a version of a response says it stands; undefined where the author does not say. */
export type Phase = 'streaming' | 'complete' | 'cancelled' | 'failed'

/**
 * Why the model ended a response, in the words of the AI SDK. `stop`: it had said all. `length`: a limit on tokens cut it off.
 * `content-filter`: a filter stopped it, or the model declined. `tool-calls`: it waits for tools that nobody ran. `error`: it failed. `other`: for
 * another reason, or for one that it did not name.
 */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other'

/** `sending` is a prompt that this client has published and not yet seen on the channel. */
export type MessageStatus = ResponseStatus | 'sending'

/**
 * `contiguous`: the text is exactly some version the server held, and the stream extends it.
 * `gapped`: text may be missing; the newest snapshot is shown and nothing is appended to it.
 */
export type Continuity = 'contiguous' | 'gapped'

/** How the text that is shown arrived. */
export type Source = 'live' | 'history' | 'rewind' | 'cache' | 'local'

export type Role = 'user' | 'assistant'

/**
 * One message of the conversation, as a user interface sees it. Immutable: any change makes a new object.
 * @typeParam H the headers a product's own publishers set; any of them may be missing, since others may publish too.
 */
export interface Message<H extends HeadersOf<H> = Headers> {
  /** The message serial; for a prompt still being sent, its key. Never changes once the message is on the channel. */
  readonly id: string
  /** Stable identity for rendering: the same before and after an optimistic prompt becomes a real one. */
  readonly key: string
  readonly role: Role
  readonly text: string
  readonly status: MessageStatus
  readonly continuity: Continuity
  readonly source: Source
  /** Serial of the prompt that this response answers. */
  readonly replyTo: string | undefined
  /** Of a prompt that was sent into a running response, and so waits for no response of its own: what names the response. */
  readonly into: string | undefined
  /** The identity of the author, as the service stamped it. */
  readonly clientId: string | undefined
  /** Why the response or prompt failed, in the words of whoever failed. */
  readonly error: string | undefined
  /** Why the model ended this response, where its author says so; a text may be `complete` and yet cut off at a limit. */
  readonly finish?: FinishReason | undefined
  /** Milliseconds since the epoch, by the service's clock. */
  readonly createdAt: number
  readonly updatedAt: number
  /** Version serial of the text shown; empty while nothing but an increment has been seen. */
  readonly version: string
  readonly headers: Partial<H>
}
