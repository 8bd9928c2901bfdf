import type { FinishReason, Message } from '@streamfold/core'
import type { Outcome } from '../publish/outcome.ts'
import type { Usage } from '../source/usage.ts'

/**
 * Follows what an agent does, for traces and metrics. `@streamfold/opentelemetry` makes one. What an observer throws goes to `onError`, and changes
 * no response.
 */
export interface AgentObserver {
  /** Called before a response is written, or written on. @returns follows it; undefined: nothing does */
  readonly answer: (started: StartedAnswer) => AnswerObserver | undefined
  /** Called when the agent has ended a response as failed that another one, or its earlier process, left open when it died. */
  readonly closed?: (response: ClosedResponse) => void
}

/** An answer that begins. All times are those of the observer's clock, in milliseconds since the epoch. */
export interface StartedAnswer {
  readonly channelName: string
  /** Client id of the agent. */
  readonly agent: string
  /** The message to which the response replies. */
  readonly prompt: Message
  /** The trace context of the prompt (P133), if it has a valid one. Anybody who may publish prompts can have chosen it. */
  readonly traceparent: string | undefined
  /** `new`: the first response. `again`: one more, or the same one from its beginning, because the last one failed. `continued`: it goes on from where it was. */
  readonly kind: 'new' | 'again' | 'continued'
  /** Whether the last response was left open by an agent that died. */
  readonly takesOver: boolean
  /** Milliseconds for which the response has waited for people; undefined if it has not. */
  readonly waited: number | undefined
}

export interface ClosedResponse {
  readonly channelName: string
  readonly responseId: string
}

/** Follows one response. */
export interface AnswerObserver {
  /** The trace context that the response carries (P133). Default none. */
  readonly traceparent?: string | undefined
  /** The clock of all times here, in milliseconds since the epoch. Default: the system's. */
  readonly now?: () => number
  /** Calls the function in the context of the answer: `respond`, and each pull from its source. Default: calls it. */
  readonly within?: <Result>(work: () => Result) => Result
  /** Called with what has happened. */
  readonly record: (event: AnswerEvent) => void
}

/** What happens to a response. All of it is for developers: contents and errors must not reach a browser. */
export type AnswerEvent = Created | Asked | ModelCall | ToolCall | Append | Repair | Rejection | EndedAnswer

/** The response exists, and is this agent's. */
export interface Created {
  readonly type: 'created'
  readonly at: number
  readonly responseId: string
}

/** `respond` is called. */
export interface Asked {
  readonly type: 'asked'
  readonly at: number
  /** What it is given. */
  readonly messages: readonly Message[]
}

/**
 * A call of a model has ended. Where the source does not mark the steps of its model, a call begins when the tools of the one before have
 * given their results.
 */
export interface ModelCall {
  readonly type: 'model-call'
  readonly startedAt: number
  /** When its first content came; undefined if none did. */
  readonly firstChunkAt: number | undefined
  /** When its last content came, if a tool ran behind it; otherwise when it ended. */
  readonly endedAt: number
  /** As its provider names it; undefined if the stream does not. */
  readonly model: string | undefined
  /** Tokens of this call, as far as they are counted. */
  readonly usage: Usage
  readonly finish: FinishReason | undefined
  readonly text: string
  /** Why it failed; undefined if it did not. */
  readonly error: unknown
}

/** A tool that the agent ran has ended: it was called when its input was complete. */
export interface ToolCall {
  readonly type: 'tool-call'
  readonly startedAt: number
  readonly endedAt: number
  /** Id of the call in the response. */
  readonly toolCallId: string
  readonly toolName: string
  /** JSON texts; empty if unknown. */
  readonly input: string
  readonly output: string
  /** Why it failed; undefined if it did not. */
  readonly error: unknown
}

/** The service has answered an append. */
export interface Append {
  readonly type: 'append'
  readonly startedAt: number
  readonly endedAt: number
  /** Of its text, in UTF-16 code units. */
  readonly length: number
  /** Why it was rejected; undefined if it was not. */
  readonly error: unknown
}

/** The service has answered a full update that repairs the text. */
export interface Repair extends Omit<Append, 'type'> {
  readonly type: 'repair'
}

/** The service has rejected an operation. */
export interface Rejection {
  readonly type: 'rejected'
  readonly at: number
  readonly operation: 'create' | 'append' | 'update'
  readonly error: unknown
}

/** Nothing more is written. */
export interface EndedAnswer {
  readonly type: 'ended'
  readonly at: number
  readonly outcome: Outcome
}
