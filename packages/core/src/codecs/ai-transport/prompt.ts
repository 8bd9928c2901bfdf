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
  answerId,
}: {
  readonly channelName: string
  readonly headers?: Partial<Headers>
  /** Of a response that goes on: the answer with which it does. */
  readonly answerId?: string
}): Invocation {
  const inputEventId = answerId ?? headers?.['event-id']
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

function partOf(draft: PromptDraft, id: string, data: string, codec: Headers): Outbound {
  const { key, headers, again, traceparent, clientId } = draft
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
    ...branchOf(draft),
  }
  const ai = {
    transport,
    codec: again === undefined ? { kind: 'user-message', messageId: key, ...codec } : { kind: 'regenerate' },
  }
  return {
    id,
    name: 'ai-input',
    data: again === undefined ? data : '',
    extras: own.length > 0 ? { headers: Object.fromEntries(own), ai } : { ai },
  }
}

/** Where a prompt is in the tree. AI Transport's agents read a conversation backwards, from each message to its parent. */
function branchOf({ key, parent, edits, again, messages: all }: PromptDraft): Headers {
  const messages = all.filter((message) => message.key !== key)
  if (again !== undefined) return requestFor(messages, again)
  if (edits !== undefined) {
    const replaced = found(messages, edits)
    // Only what has the parent of the prompt is an edit for their clients.
    const before = replaced?.status === 'sending' ? nameOf(messages, replaced.parent) : replaced?.headers['parent']
    return given({ parent: before, 'fork-of': nameOf(messages, edits) })
  }
  if (parent !== undefined) return given({ parent: sentAfter(messages, parent) ?? nameOf(messages, parent) })
  return given({ parent: messages.map(ownName).findLast((name) => name !== undefined) })
}

/** Their agents hang the other response on the prompt; what it replaces is the first response. */
function requestFor(messages: PromptDraft['messages'], prompt: string): Headers {
  const name = nameOf(messages, prompt)
  const replaced = messages.find(
    (message) => message.role === 'assistant' && ownName(message) !== undefined && before(message) === prompt,
  )
  return given({ parent: name, ...(replaced && { 'msg-regenerate': ownName(replaced) }) })
}

/** The newest prompt that was sent on the same path and is not acknowledged yet: the channel will have it before what is sent now. */
function sentAfter(messages: PromptDraft['messages'], parent: string): string | undefined {
  const path = new Set<string | undefined>()
  for (let at: string | undefined = parent; at !== undefined && !path.has(at); at = before(found(messages, at))) path.add(at)
  return messages.findLast(
    (one) => one.status === 'sending' && one.edits === undefined && one.again === undefined && path.has(one.parent),
  )?.key
}

/** What other messages call a message; of one that has no name what they call the message before it. */
function nameOf(messages: PromptDraft['messages'], id: string | undefined): string | undefined {
  const seen = new Set<Message>()
  for (let message = found(messages, id); message && !seen.has(message); message = found(messages, before(message))) {
    const name = ownName(message)
    if (name !== undefined) return name
    seen.add(message)
  }
  return undefined
}

function ownName({ key, status, headers }: Message): string | undefined {
  return headers['codec-message-id'] ?? (status === 'sending' ? key : undefined)
}

function before(message: Message | undefined): string | undefined {
  return message?.parent ?? message?.replyTo
}

function found(messages: PromptDraft['messages'], id: string | undefined): Message | undefined {
  return messages.find((message) => message.id === id)
}

function given(headers: Readonly<Record<string, string | undefined>>): Headers {
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined))
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
