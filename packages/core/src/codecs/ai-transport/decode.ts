import type { CodecOptions, DecodedMessage, IgnoredMessage } from '../../protocol/codec.ts'
import type { Placement } from '../../protocol/fields.ts'
import type { RawMessage } from '../../protocol/parse-message.ts'
import type { JsonObject } from '../../shared/json.ts'
import { isObject, textOf } from '../../shared/json.ts'
import type { Headers } from '../../protocol/message-types.ts'
import { escapeBody } from '../../protocol/frames.ts'
import { readPart } from './parts.ts'

type Tier = JsonObject

/** @param texts types of outputs that are text @param prompts types of prompt parts that are text */
export function createDecoder(texts: ReadonlySet<string>, prompts: ReadonlySet<string>): CodecOptions['decode'] {
  return (message) => {
    const { name, action, extras } = message
    const ai = tier(tier(extras)?.['ai'])
    const transport = tier(ai?.['transport'])
    // A redaction may replace the extras; the known record still says what kind of message it is.
    if (!transport) return action === 'message.create' ? ignoredMessage('not a message of AI Transport') : revision(message)
    const codec = tier(ai?.['codec'])
    const kind = textOf(codec?.['kind']) ?? 'nothing known'
    // Appends have no name.
    if (transport['stream'] === 'true' || name === 'ai-output') {
      const isFramed = kind === 'text' && codec?.['head'] !== undefined
      if (texts.has(kind) && !isFramed) return answer(message, transport)
      const finish = kind === 'finish' ? textOf(codec?.['finishReason']) : undefined
      return (
        partOfAnswer(message, transport, kind, codec ?? {}, finish) ??
        (finish === undefined ? undefined : finished(message, transport, finish)) ??
        ignoredMessage(`${kind} is not a part`, transport)
      )
    }
    switch (name) {
      case 'ai-input': {
        const given = answerOf(message, transport, kind, codec ?? {})
        if (given) return given
        if (kind === 'regenerate') return request(message, transport) ?? ignoredMessage('regenerate names no message')
        const part = textOf(codec?.['partType'])
        if (kind !== 'user-message' || part === undefined) return ignoredMessage(`${kind} is not a prompt`)
        if (prompts.has(part)) return prompt(message, transport)
        return partOfPrompt(message, transport, part, codec ?? {}) ?? ignoredMessage(`${part} is not a part of a prompt`)
      }
      case 'ai-cancel': {
        const target = textOf(transport['input-codec-message-id']) ?? textOf(transport['run-id'])
        return { name: 'cancel', data: '', headers: target === undefined ? {} : { target } }
      }
      default:
        return lifecycle(message, transport)
    }
  }
}

function answer(message: RawMessage, transport: Tier): DecodedMessage {
  const { status = 'complete' } = transport
  // Each append of AI Transport repeats the headers of its message; only the last append changes them.
  if (message['action'] === 'message.append' && status === 'streaming' && !tier(message['extras'])?.['headers']) {
    return { data: shown(message), headers: undefined }
  }
  // Without a role that is text the message would count as the plain pattern, in which any author is an agent.
  const headers = { role: 'assistant', ...strings({ ...responseHeaders(message, transport), status }) }
  return {
    data: shown(message),
    headers,
    placement: placementIn(transport, { attempt: textOf(transport['step-start-serial']) }),
  }
}

/** AI Transport's codec for the AI SDK gives the finish reason; the end of the run follows later. */
function finished(message: RawMessage, transport: Tier, finish: string): DecodedMessage | undefined {
  if (textOf(transport['run-id']) === undefined) return undefined
  return {
    data: '',
    headers: strings({ ...responseHeaders(message, transport), role: 'assistant', status: 'streaming', finish }),
    placement: placementIn(transport, { mark: true, attempt: textOf(transport['step-start-serial']) }),
  }
}

/** A part that is no text: its message becomes frames, with the increments of a stream as increments of a body. */
function partOfAnswer(
  message: RawMessage,
  transport: Tier,
  kind: string,
  codec: Tier,
  finish: string | undefined,
): DecodedMessage | undefined {
  const { action, data } = message
  const isStream = transport['stream'] === 'true'
  const part = readPart(kind, codec, data, isStream)
  if (!part) return undefined
  const { status = 'complete' } = isStream ? transport : {}
  const isAppend = action === 'message.append'
  // Only an input that is complete is available.
  const closing = status === 'streaming' || (kind === 'tool-input' && status === 'cancelled') ? '' : part.closing
  const frames = (isAppend ? escapeBody(shown(message)) : part.opening + part.body) + closing
  if (isAppend && status === 'streaming' && !tier(message['extras'])?.['headers'])
    return { data: frames, headers: undefined, fromAgent: true }
  const own = { ...responseHeaders(message, transport), role: 'assistant', format: 'parts/1' }
  return {
    data: frames,
    // The reason is of the run, which goes on until it says that it has ended.
    headers: strings({ ...own, status, ...(finish !== undefined && { finish }) }),
    placement: placementIn(transport, { attempt: textOf(transport['step-start-serial']) }),
    fromAgent: true,
  }
}

/** @param part its type: a file or data */
function partOfPrompt(message: RawMessage, transport: Tier, part: string, codec: Tier): DecodedMessage | undefined {
  const frames = part === 'file' || part.startsWith('data-') ? readPart(part, codec, message['data'], false) : undefined
  if (!frames) return undefined
  const read = prompt(message, transport)
  const data = frames.opening + frames.body + frames.closing
  return { ...read, data, headers: { ...read.headers, format: 'parts/1' } }
}

/** What a person, or a page, says of a call. Undefined for an input of another kind. */
function answerOf({ data }: RawMessage, transport: Tier, kind: string, codec: Tier): DecodedMessage | IgnoredMessage | undefined {
  const given = contentsOf(kind, codec, tier(data) ?? {})
  if (!given) return undefined
  // A page that gives an output asks for another run, in which it is repeated with what came before; it names the run that it leaves.
  const target = textOf(transport['run-id']) ?? textOf(transport['supersedes'])
  const call = textOf(codec['toolCallId'])
  if (target === undefined || call === undefined) return ignoredMessage(`${kind} names no call of a run`)
  // An agent is woken with the event, not with the id of the message.
  const id = textOf(transport['event-id'])
  return {
    name: 'answer',
    data: JSON.stringify(given.value),
    headers: { target, call, kind: given.kind },
    ...(id !== undefined && { id }),
  }
}

function contentsOf(kind: string, { approved, reason }: Tier, { output, message }: Tier) {
  switch (kind) {
    case 'tool-approval-response':
      return { kind: approved === 'true' ? 'approve' : 'deny', value: textOf(reason) === undefined ? {} : { reason } }
    case 'tool-result':
      return { kind: 'output', value: output ?? null }
    case 'tool-result-error':
      return { kind: 'fault', value: { error: textOf(message) ?? 'the tool failed' } }
    default:
      return undefined
  }
}

function prompt(message: RawMessage, transport: Tier): DecodedMessage {
  const key = textOf(transport['codec-message-id'])
  return {
    name: 'prompt',
    data: shown(message),
    id: key,
    headers: strings({
      ...ownHeaders(message),
      ...transport,
      role: 'user',
      ...noFormat,
      edits: transport['fork-of'],
      again: undefined,
    }),
    placement: { group: key, byParent: true },
    into: textOf(transport['run-id']),
  }
}

/** A request for another response; it names the prompt, and the message of the response that is replaced. */
function request(message: RawMessage, transport: Tier): DecodedMessage | undefined {
  const again = textOf(transport['parent']) ?? textOf(transport['msg-regenerate'])
  if (again === undefined) return undefined
  const { headers, ...read } = prompt(message, transport)
  return { ...read, data: '', headers: { ...headers, again } }
}

function lifecycle(message: RawMessage, transport: Tier): DecodedMessage | IgnoredMessage {
  const name = textOf(message['name']) ?? 'a message without a name'
  const status = standingAfter(name, transport)
  if (status === undefined) return ignoredMessage(`${name} is not a part`, transport)
  if (textOf(transport['run-id']) === undefined) return ignoredMessage(`${name} names no run`)
  const error = status === 'failed' ? (textOf(transport['error-message']) ?? 'the agent failed and did not say why') : undefined
  // The serial of an attempt's first message identifies the attempt at a step.
  const attempt = name === 'ai-step-start' ? textOf(message['serial']) : undefined
  return {
    data: '',
    headers: strings({ ...responseHeaders(message, transport), role: 'assistant', status, error }),
    placement: placementIn(transport, { mark: true, attempt }),
  }
}

/** The status of a run after a message of its lifecycle; undefined for any other message. */
function standingAfter(name: string, transport: Tier): string | undefined {
  switch (name) {
    case 'ai-run-start':
    case 'ai-run-resume':
    case 'ai-step-start':
      return 'streaming'
    // The run waits for its user; no text follows until it resumes.
    case 'ai-run-suspend':
      return 'waiting'
    case 'ai-run-end':
      return transport['run-reason'] === 'error' ? 'failed' : transport['run-reason'] === 'cancelled' ? 'cancelled' : 'complete'
    default:
      return undefined
  }
}

function responseHeaders(message: RawMessage, transport: Tier): Tier {
  const own = ownHeaders(message)
  return { ...own, ...transport, 'reply-to': own['reply-to'] ?? transport['input-codec-message-id'], ...noFormat }
}

function placementIn(transport: Tier, more: Partial<Placement>): Partial<Placement> {
  // The client id that the service stamped on the prompt; empty where it has none. `run-client-id` is what the prompt says itself.
  const promptAuthor = textOf(transport['input-client-id']) || undefined
  const name = textOf(transport['codec-message-id'])
  return { group: textOf(transport['run-id']), step: textOf(transport['step-id']), promptAuthor, name, byParent: true, ...more }
}

/** Their data has no frames: a header of the application must not say that it has. */
const noFormat = { format: undefined }

/** Headers that the application set beside AI Transport's. */
function ownHeaders({ extras }: RawMessage): Tier {
  return tier(tier(extras)?.['headers']) ?? {}
}

function strings(headers: Tier): Headers {
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

function revision(message: RawMessage): DecodedMessage {
  return { data: shown(message), headers: undefined, revises: true }
}

function ignoredMessage(reason: string, transport?: Tier): IgnoredMessage {
  return { reason, activityOf: textOf(transport?.['run-id']) }
}

/** Data that is not text replaces the text with an empty one. */
function shown({ data }: RawMessage): string {
  return typeof data === 'string' ? data : ''
}

function tier(value: unknown): Tier | undefined {
  return isObject(value) ? value : undefined
}
