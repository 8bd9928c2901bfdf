import type { Outcome } from '../../publish/outcome.ts'

/** The answer to a notification. */
export type Answer = Answering | TakenIn | Accepted | Refused

export interface Answering {
  readonly type: 'answering'
  /** Serial of the response. */
  readonly responseId: string
  /** How it ended. Never rejects. */
  readonly finished: Promise<Outcome>
}

/** The prompt needs no response of its own. */
export interface TakenIn {
  readonly type: 'taken-in'
  /** Serial of the response that has taken it in. */
  readonly responseId: string
}

/** The engine has the prompt, and answers it. */
export interface Accepted {
  readonly type: 'accepted'
  /** Not known yet. */
  readonly responseId?: undefined
}

export interface Refused {
  readonly type: 'refused'
  /**
   * `unknown-prompt`: no such message on this channel, or it was deleted. `not-a-prompt`: an agent wrote it.
   * `empty-prompt`: it says nothing; `prompt-too-long`: it exceeds `maxPrompt`. A failed response says so to all readers. `answered`: its response is there, or another agent is writing it. `closed`: this agent was closed.
   * `waiting`: its response is there, and goes on when a person has decided.
   * `unavailable`: the channel cannot be read or written now; trying again may help.
   */
  readonly reason:
    | 'unknown-prompt'
    | 'not-a-prompt'
    | 'empty-prompt'
    | 'prompt-too-long'
    | 'answered'
    | 'waiting'
    | 'closed'
    | 'unavailable'
  /** For people: what happened and what to do. */
  readonly message: string
  /** Serial of the response that is there, for `answered`, `waiting`, `empty-prompt` and `prompt-too-long`. */
  readonly responseId?: string
  readonly cause?: unknown
}

export function refused(
  reason: Refused['reason'],
  message: string,
  more: { readonly responseId?: string; readonly cause?: unknown } = {},
): Refused {
  return { type: 'refused', reason, message, ...more }
}
