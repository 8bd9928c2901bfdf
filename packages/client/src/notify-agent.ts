import type { Headers } from '@streamfold/core'

/**
 * Asks an agent that does not subscribe to the channel to answer a prompt, usually by an HTTP request to its endpoint. Called when the
 * channel has acknowledged the prompt, when all calls that its response waits for are answered, and again by `retry`.
 *
 * Return the response of `fetch`, or nothing. The prompt is shown as unanswered, with the reason and Retry, if the function throws or
 * rejects (the reason is the error's message, which the user reads), or if the response is not `ok` (the reason is its status; its body is
 * not read). The response only says that the agent was asked: the answer comes on the channel.
 */
export type NotifyAgent = (prompt: NotifiedPrompt) => NotifyResult | PromiseLike<NotifyResult>

/** What a `NotifyAgent` returns: nothing, or the endpoint's response as `fetch` gives it. */
export type NotifyResult = void | { readonly ok: boolean; readonly status: number }

/** Names a prompt on a channel, for the endpoint of an agent. */
export interface NotifiedPrompt {
  /** The channel that has the prompt, by the name with which the conversation was opened. */
  readonly channelName: string
  /** Serial of the prompt: the argument of the agent's `answer`. */
  readonly promptSerial: string
  /** Serial of the response that can go on, if the prompt has one whose calls were answered. */
  readonly responseSerial?: string
  /** With a codec that writes answers: the id of the answer with which the response can go on. */
  readonly answerId?: string
  /** The prompt's headers, if a codec published it: `invocationOf` makes the body of an AI Transport agent's request from them. */
  readonly headers?: Partial<Headers>
}

/** @throws what the function throws, or that the endpoint refused */
export async function notify(notifyAgent: NotifyAgent, prompt: NotifiedPrompt): Promise<void> {
  const answer: unknown = await notifyAgent(prompt)
  // `fetch` resolves with a refusal too.
  if (isRefusal(answer)) throw new Error(`the agent’s endpoint answered with status ${String(answer.status)}`)
}

function isRefusal(answer: unknown): answer is { readonly status: unknown } {
  return typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === false && 'status' in answer
}
