import type { ObservedConversation } from '@streamfold/client'
import type { Conversation, Message } from '@streamfold/core'
import { selectMessage, selectMessages } from '@streamfold/core'
import { setNewest } from '@streamfold/core/transport'

/** The first text of an answer is on a page. */
export interface FirstText {
  readonly channelName: string
  readonly responseId: string
  /** Undefined if it is not loaded. */
  readonly prompt: Message | undefined
  /** The trace context of the response, or else of its prompt. Not checked. */
  readonly traceparent: string | undefined
  /** When this page saw the prompt, or else the response without text; undefined if it saw neither. */
  readonly startedAt: number | undefined
}

/** Prompts whose arrival is remembered. */
const PROMPTS = 100

/**
 * Calls the listener for each answer that is written while the conversation is followed, once its first text is shown. Answers from history are older, and do not count.
 *
 * @returns ends it
 */
export function followFirstTexts(
  { channelName, store }: ObservedConversation,
  now: () => number,
  onFirstText: (text: FirstText) => void,
): () => void {
  /** Responses without text, by when they came. */
  const open = new Map<string, number | undefined>()
  const prompts = new Map<string, number>()
  let newest = selectMessages(store.getSnapshot()).findLast(isOnChannel)?.id ?? ''

  function meet({ id, role, source, text }: Message): void {
    if (role === 'user') {
      if (source === 'live' || source === 'local') setNewest(prompts, id, now(), PROMPTS)
    }
    // Its text, if it has one, did not begin here.
    else if (source === 'live') open.set(id, text === '' ? now() : undefined)
  }

  function look(): void {
    const state = store.getSnapshot()
    const messages = selectMessages(state)
    const before = newest
    for (let at = messages.length - 1; at >= 0; at--) {
      const message = messages[at]!
      if (!isOnChannel(message)) continue
      if (message.id <= before) break
      if (message.id > newest) newest = message.id
      meet(message)
    }
    for (const [id, seenAt] of open) check(state, id, seenAt)
  }

  function check(state: Conversation, id: string, seenAt: number | undefined): void {
    const response = selectMessage(state, id)
    if (
      response?.text === '' &&
      (response.status === 'streaming' || response.status === 'stalled' || response.status === 'waiting')
    )
      return
    open.delete(id)
    if (!response || response.text === '') return
    const prompt = response.replyTo === undefined ? undefined : selectMessage(state, response.replyTo)
    const startedAt = prompts.get(response.replyTo ?? '') ?? seenAt
    const traceparent = response.headers['traceparent'] ?? prompt?.headers['traceparent']
    onFirstText({ channelName, responseId: id, prompt, traceparent, startedAt })
  }

  return store.subscribe(look)
}

function isOnChannel({ role, status }: Message): boolean {
  return role === 'assistant' || (status !== 'sending' && status !== 'failed')
}
