import type { Codec, PromptDraft } from '../../protocol/codec.ts'
import type { Message } from '../../protocol/message.ts'
import type { Headers } from '../../protocol/message-types.ts'
import { theirNames } from './names.ts'

/** The body of the request that wakes an agent of AI Transport; the agent reads it with `Invocation.fromJSON`. */
export interface Invocation {
  readonly inputEventId: string
  readonly sessionName: string
}

/** Makes an invocation from the argument of `notifyAgent`. @throws TypeError when the prompt is not one of AI Transport. */
export function invocationOf({
  channelName,
  headers,
}: {
  readonly channelName: string
  readonly headers?: Partial<Headers>
}): Invocation {
  const inputEventId = headers?.['event-id']
  if (inputEventId === undefined)
    throw new TypeError('unable to wake the agent; the prompt is not one of AI Transport: open the conversation with its codec')
  return { inputEventId, sessionName: channelName }
}

/** @param partType the type of a text part in the product's codec */
export function createPrompt(partType: string): NonNullable<Codec['prompt']> {
  return ({ key, text, headers, messages, clientId }) => {
    // A prompt that is sent again is a new prompt and gets its own headers.
    const own = Object.entries(headers ?? {}).filter(([name]) => !theirNames.has(name) && name !== 'reply-to')
    const transport = {
      role: 'user',
      'codec-message-id': key,
      'event-id': key,
      stream: 'false',
      discrete: 'true',
      ...(clientId !== undefined && { 'run-client-id': clientId }),
      ...parentOf(messages.filter((message) => message.key !== key)),
    }
    const ai = { transport, codec: { kind: 'user-message', messageId: key, partType } }
    return { id: key, name: 'ai-input', data: text, extras: own.length > 0 ? { headers: Object.fromEntries(own), ai } : { ai } }
  }
}

/** AI Transport's agents read a conversation backwards, from each message to its parent. */
function parentOf(messages: PromptDraft['messages']): Headers {
  for (const { key, status, headers } of messages.toReversed()) {
    const parent = headers['codec-message-id'] ?? (status === 'sending' ? key : undefined)
    if (parent !== undefined) return { parent }
  }
  return {}
}

/** Names the run, or before the run has begun the prompt; AI Transport's agents accept both. */
export function cancel({ role, key, headers }: Message, id: string): ReturnType<NonNullable<Codec['cancel']>> {
  // Where another user's prompt has its name for a key, the prompt has another key.
  const input = role === 'user' ? (headers['codec-message-id'] ?? key) : headers['input-codec-message-id']
  const run = headers['run-id']
  const transport = {
    'event-id': id,
    ...(run !== undefined && { 'run-id': run }),
    ...(input !== undefined && { 'input-codec-message-id': input }),
  }
  return { name: 'ai-cancel', extras: { ai: { transport } } }
}
