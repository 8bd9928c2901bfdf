import type { Codec, Outbound, PromptDraft } from '../../protocol/codec.ts'
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
  return (draft) => partOf(draft, draft.key, draft.text, { partType })
}

/** In their codec for the AI SDK, a prompt is a message for each of its parts. Its clients show no names of files. */
export const promptWithFiles: NonNullable<Codec['promptWithFiles']> = (draft) => {
  const { key, text, files = [] } = draft
  const texts = text === '' ? [] : [{ data: text, codec: { partType: 'text' } }]
  const parts = files.map(({ url, mediaType, name, alt }) => ({
    data: url,
    codec: { partType: 'file', mediaType, ...(name !== undefined && { filename: name }), ...(alt !== undefined && { alt }) },
  }))
  const all = [...texts, ...parts]
  // The service accepts no other ids of messages that are published together.
  return all.map(({ data, codec }, at) => partOf(draft, all.length > 1 ? `${key}:${at}` : key, data, codec))
}

function partOf(
  { key, headers, traceparent, messages, clientId }: PromptDraft,
  id: string,
  data: string,
  codec: Headers,
): Outbound {
  // A prompt that is sent again is a new prompt and gets its own headers.
  const own = Object.entries({ ...headers, ...(traceparent !== undefined && { traceparent }) }).filter(
    ([name]) => !theirNames.has(name) && name !== 'reply-to',
  )
  const transport = {
    role: 'user',
    'codec-message-id': key,
    'event-id': key,
    stream: 'false',
    discrete: 'true',
    ...(clientId !== undefined && { 'run-client-id': clientId }),
    ...parentOf(messages.filter((message) => message.key !== key)),
  }
  const ai = { transport, codec: { kind: 'user-message', messageId: key, ...codec } }
  return { id, name: 'ai-input', data, extras: own.length > 0 ? { headers: Object.fromEntries(own), ai } : { ai } }
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
