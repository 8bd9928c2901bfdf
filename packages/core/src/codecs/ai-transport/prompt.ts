import type { Codec, PromptDraft } from '../../protocol/codec.ts'
import type { Headers, Message } from '../../protocol/message.ts'
import { theirNames } from './names.ts'

/** What wakes an agent of AI Transport: the body of the request to it, which `Invocation.fromJSON` reads there. */
export interface Invocation {
  readonly inputEventId: string
  readonly sessionName: string
}

/** Makes it of what a `notifyAgent` is called with. @throws TypeError when the prompt is not one of AI Transport. */
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

/** @param partType what their codec calls a part that is text */
export function createPrompt(partType: string): NonNullable<Codec['prompt']> {
  return ({ key, text, headers, messages, clientId }) => {
    // One that is said again is another prompt: it gets headers of its own.
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

/** Their agents read a conversation backwards, from each message to the one that it was said after. */
function parentOf(messages: PromptDraft['messages']): Headers {
  for (const { key, status, headers } of messages.toReversed()) {
    const parent = headers['codec-message-id'] ?? (status === 'sending' ? key : undefined)
    if (parent !== undefined) return { parent }
  }
  return {}
}

/** By its run, or before there is one by what it answers; their agents know either. */
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
