import type { Answer, PendingAnswer } from './answer.ts'
import type { Fields } from './fields.ts'
import type { Phase, Role, Source } from './message.ts'
import type { Headers } from './message-types.ts'
import type { PromptFile } from './prompt-file.ts'

/** The fields of every version of a message, whatever its action. */
export interface Version {
  readonly serial: string
  /** Version serial: orders the versions of one message as a plain string. */
  readonly version: string
  /** Full text, or the increment for `appended`. */
  readonly text: string
  readonly role: Role
  readonly phase: Phase | undefined
  /** Undefined if the operation had none: the known headers stay (P11). */
  readonly headers: Headers | undefined
  /** The reserved headers, parsed; undefined if `headers` is. */
  readonly fields: Fields | undefined
  readonly clientId: string | undefined
  /** The message id that its publisher chose; it matches an optimistic prompt with its echo. */
  readonly messageId: string | undefined
  /** Service time of the create, in milliseconds. */
  readonly createdAt: number
  /** Service time of this version, in milliseconds. */
  readonly at: number
  /** Length of the full text after this version, in UTF-16 code units, as its author counted; undefined if the author does not (P104). */
  readonly len?: number
  /** Of a prompt that was sent into a response: what `permissions.maySteer` says of its author. Absent: the default counts. */
  readonly permitted?: boolean
  /** Of a prompt that edits another or asks again: what `permissions.mayEdit` says of its author. Absent: the default counts. */
  readonly mayEdit?: boolean | undefined
  /** Changes a known record and never creates one. Absent means false. */
  readonly revises?: boolean
}

/** A message was created. */
export interface Created extends Version {
  readonly type: 'created'
}
/** An increment was added to a message's text. */
export interface Appended extends Version {
  readonly type: 'appended'
}
/** A message was replaced by a full version. */
export interface Replaced extends Version {
  readonly type: 'replaced'
}
/** A message was deleted. */
export interface Deleted extends Version {
  readonly type: 'deleted'
}
/** A full version that was read (history, getMessage, cache) and not delivered on the attachment (P22). */
export interface Snapshot extends Version {
  readonly type: 'snapshot'
  /** `local`: what this client published, folded on its acknowledgement. */
  readonly source: Exclude<Source, 'live'>
  readonly deleted: boolean
}
/** A version of a message, delivered or read. */
export type WireEvent = Created | Appended | Replaced | Deleted | Snapshot

/** A request to stop a response, named by its own serial or its prompt's (P48). */
export interface Cancel {
  readonly type: 'cancel'
  readonly target: string
  readonly clientId: string | undefined
  readonly at: number
  /** What `permissions.mayCancel` says of its author. Absent: the default counts. */
  readonly permitted?: boolean
}
/** A person's answer to a call, delivered or read (P107). */
export interface Answered extends Answer {
  readonly type: 'answer'
  /** The version in which its author has changed a message into this answer, which then does not count. */
  readonly turned?: TurnedVersion
}
/** A message that is not folded, with the reason. */
export interface Ignored {
  readonly type: 'ignored'
  readonly reason: string
  /** The message group whose agent is active, although this message has none of its text. */
  readonly activityOf?: string
  /** A version by someone who may not change the message. The older versions have to be read where it may hide some. */
  readonly refused?: RefusedVersion
  /** The serial of a message that its author has changed into this one. An answer is withdrawn by it (P109). */
  readonly changed?: string
  /** The version in which its author has changed a message into this one, which is a cancel or the like. */
  readonly turned?: TurnedVersion
}

/** A version in which a message has become an answer, a cancel or the choice of a branch (P132). */
export interface TurnedVersion {
  readonly serial: string
  readonly version: string
}

/** A version of a message by someone who may not change it. */
export interface RefusedVersion {
  readonly serial: string
  readonly version: string
  /** Whether it was delivered, and not read. Absent means false. */
  readonly delivered?: boolean
}

/** The result of a `fetchVersions` effect, after the snapshots of the versions. */
export interface VersionsRead {
  readonly type: 'versions-read'
  readonly serial: string
  /** The `version` of the effect. */
  readonly upTo: string
}

/** The channel's state changed. */
export interface ChannelChanged {
  readonly type: 'channel'
  readonly state: 'attaching' | 'attached' | 'detached' | 'suspended' | 'failed'
  /** For `attached`: whether the stream continues without loss (P20, P21). Absent means false. */
  readonly resumed?: boolean
  readonly error?: string
  /** The channel could not be opened; `error` says why. Absent means false. */
  readonly unopened?: boolean
}
/** The connection's state changed. */
export interface ConnectionChanged {
  readonly type: 'connection'
  readonly state: 'connecting' | 'connected' | 'disconnected' | 'suspended' | 'closed' | 'failed'
  readonly error?: string
  /** Whether the service, or the token endpoint, refuses the client. Absent means false. */
  readonly refused?: boolean
  /** Milliseconds until the client tries again by itself. */
  readonly retryIn?: number
}
/** The result of a `fetchHistory` effect, after its snapshots; `older` for a page that a reader requested. */
export interface HistoryRead {
  readonly type: 'history'
  readonly state: 'loaded' | 'failed' | 'older'
  readonly hasOlder?: boolean
  readonly error?: string
}
/** The client ids of the agents that are present on the channel. */
export interface PresenceRead {
  readonly type: 'presence'
  readonly agents: readonly string[]
}
/** This client is publishing a prompt, which is shown at once. */
export interface PromptSent {
  readonly type: 'prompt-sent'
  /** The message id under which the prompt is published. */
  readonly key: string
  readonly text: string
  /** Absent: it has none. */
  readonly files?: readonly PromptFile[]
  readonly clientId?: string
  /** The response that it is sent into. */
  readonly into?: string
  /** The message that it follows, the prompt that it replaces, and the one for which it asks for another response (P125, P127). */
  readonly parent?: string
  readonly edits?: string
  readonly again?: string
  /** What `permissions.mayEdit` says of this client. Absent: the default counts. */
  readonly mayEdit?: boolean
  readonly at: number
}
/** A prompt could not be published. */
export interface PromptFailed {
  readonly type: 'prompt-failed'
  readonly key: string
  readonly error: string
}
/** The prompt is on the channel, but no agent could be notified; `error: undefined` withdraws that. */
export interface PromptUnanswered {
  readonly type: 'prompt-unanswered'
  readonly serial: string
  readonly error: string | undefined
}
/** This client is publishing an answer, which is shown at once. */
export interface AnswerSent extends PendingAnswer {
  readonly type: 'answer-sent'
}
/** An answer could not be published: it is no longer shown. */
export interface AnswerFailed {
  readonly type: 'answer-failed'
  readonly key: string
  readonly error: string
}
/** The local time, in milliseconds. Time reaches the core in no other way. */
export interface Tick {
  readonly type: 'tick'
  readonly now: number
  /** The machine slept, so nothing was delivered although the channel seemed live. All idle times restart. Absent means false. */
  readonly awoke?: boolean
}

/** Every event that `reduce` folds. */
export type ConversationEvent =
  | WireEvent
  | Cancel
  | Ignored
  | ChannelChanged
  | ConnectionChanged
  | HistoryRead
  | VersionsRead
  | PresenceRead
  | PromptSent
  | PromptFailed
  | PromptUnanswered
  | Answered
  | AnswerSent
  | AnswerFailed
  | Tick
