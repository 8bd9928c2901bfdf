import type { Fields } from './fields.ts'
import type { Headers, Phase, Role, Source } from './message.ts'

/** What every message version on the wire carries, whatever its action. */
export interface Version {
  readonly serial: string
  /** Version serial: orders the versions of one message as a plain string. */
  readonly version: string
  /** Full text, or the increment for `appended`. */
  readonly text: string
  readonly role: Role
  readonly phase: Phase | undefined
  /** Undefined when the message carried none: what was known is kept. */
  readonly headers: Headers | undefined
  /** What the protocol's headers say; undefined as `headers` is. */
  readonly fields: Fields | undefined
  readonly clientId: string | undefined
  /** The message id that its publisher chose: reconciles an optimistic prompt with its echo. */
  readonly messageId: string | undefined
  /** Service time of the create, in milliseconds. */
  readonly createdAt: number
  /** Service time of this version, in milliseconds. */
  readonly at: number
  /** Folds into a message that is known, and into none that is not. */
  readonly revises?: boolean
}

export interface Created extends Version {
  readonly type: 'created'
}
export interface Appended extends Version {
  readonly type: 'appended'
}
export interface Replaced extends Version {
  readonly type: 'replaced'
}
export interface Deleted extends Version {
  readonly type: 'deleted'
}
/** A full version that was asked for (history, getMessage, cache) instead of delivered on the attachment. */
export interface Snapshot extends Version {
  readonly type: 'snapshot'
  /** `local`: what this client has published, as its acknowledgement says. */
  readonly source: Exclude<Source, 'live'>
  readonly deleted: boolean
}
export type WireEvent = Created | Appended | Replaced | Deleted | Snapshot

/** A user asks that a response (named by its own serial or its prompt's) be stopped. */
export interface Cancel {
  readonly type: 'cancel'
  readonly target: string
  readonly clientId: string | undefined
  readonly at: number
}
export interface Ignored {
  readonly type: 'ignored'
  readonly reason: string
  /** The message group whose agent is at work, though it wrote none of its text. */
  readonly activityOf?: string
}

export interface ChannelChanged {
  readonly type: 'channel'
  readonly state: 'attaching' | 'attached' | 'detached' | 'suspended' | 'failed'
  /** For `attached`: whether the stream goes on without loss. Absent means false. */
  readonly resumed?: boolean
  readonly error?: string
  /** There is no channel to follow: `error` is all there is to say. Absent means false. */
  readonly unopened?: boolean
}
export interface ConnectionChanged {
  readonly type: 'connection'
  readonly state: 'connecting' | 'connected' | 'disconnected' | 'suspended' | 'closed' | 'failed'
  readonly error?: string
  /** Whether the service, or the endpoint of the tokens, does not let the client in. Absent means false. */
  readonly refused?: boolean
  /** Milliseconds until the client tries again by itself. */
  readonly retryIn?: number
}
/** The answer to a `fetchHistory` effect, after the snapshots it brought; `older` after a page that only a reader asked for. */
export interface HistoryRead {
  readonly type: 'history'
  readonly state: 'loaded' | 'failed' | 'older'
  readonly hasOlder?: boolean
  readonly error?: string
}
/** Client ids of the agents now present on the channel. */
export interface PresenceRead {
  readonly type: 'presence'
  readonly agents: readonly string[]
}
export interface PromptSent {
  readonly type: 'prompt-sent'
  /** The message id under which the prompt is published. */
  readonly key: string
  readonly text: string
  readonly clientId?: string
  readonly at: number
}
export interface PromptFailed {
  readonly type: 'prompt-failed'
  readonly key: string
  readonly error: string
}
/** The prompt is on the channel, but no agent could be asked to answer it; `error: undefined` takes that back. */
export interface PromptUnanswered {
  readonly type: 'prompt-unanswered'
  readonly serial: string
  readonly error: string | undefined
}
/** Local time, in milliseconds; the only way time reaches the core. */
export interface Tick {
  readonly type: 'tick'
  readonly now: number
  /** Until now nothing could be heard, though the channel seemed live: the machine slept. Silence begins anew. Absent means false. */
  readonly awoke?: boolean
}

export type ConversationEvent =
  | WireEvent
  | Cancel
  | Ignored
  | ChannelChanged
  | ConnectionChanged
  | HistoryRead
  | PresenceRead
  | PromptSent
  | PromptFailed
  | PromptUnanswered
  | Tick
