import type { AnswerDraft } from './answer.ts'
import type { Answered, Cancel, Ignored, WireEvent } from './event.ts'
import type { Fields, Placement } from './fields.ts'
import { placed } from './fields.ts'
import type { Message } from './message.ts'
import type { Headers } from './message-types.ts'
import type { ParseOptions, RawMessage } from './parse-message.ts'
import { parseMessage, refusal } from './parse-message.ts'
import type { PromptFile } from './prompt-file.ts'
import type { OperationMetadata, ResponseWriter } from './response-writer.ts'
import { roleOf } from './trust.ts'

/** The result of decoding a message: what it means in Streamfold's terms. Its author, time and version are read from the message itself. */
export interface DecodedMessage {
  /** `prompt`, `response`, `cancel` or `answer`. Default `response`. */
  readonly name?: string
  /**
   * The text; for an append the increment. All other versions have the full data, in which the service has joined the data of all
   * appends (P10): several JSON texts one after another, if each append has one.
   */
  readonly data: unknown
  /**
   * Complete headers: a name that an append leaves out is gone; undefined keeps all known ones. Reserved headers have their usual
   * meaning: `role`, `status`, `error`, `reply-to` (the serial of the prompt, or in a group its key), `continues`, `target` of a cancel, and
   * `target`, `call` and `kind` of an answer. The target is the serial of a response, or in a group its key. An answer without `saw` counts for any input.
   */
  readonly headers: Headers | undefined
  /** How the message combines with others into one. Default: by the header `continues`. Used only with `headers`. */
  readonly placement?: Partial<Placement>
  /** The response that a prompt was sent into. Such a prompt needs no response of its own. */
  readonly into?: string | undefined
  /** The `key` of a prompt, if it is not the message's id. */
  readonly id?: string | undefined
  /** Changes a known message and never creates one. Default false. */
  readonly revises?: boolean
  /** Only an agent may write it: a user's is ignored. Default false. */
  readonly fromAgent?: boolean
}

/** The result of decoding a message that is not shown, with the reason. */
export interface IgnoredMessage {
  readonly reason: string
  /** The message group whose agent is active. */
  readonly activityOf?: string | undefined
}

/** A message to publish, as a codec encodes it. */
export interface Outbound {
  readonly id?: string
  readonly name: string
  /** The service takes text, lists and objects. */
  readonly data?: string | object
  readonly extras: Readonly<Record<string, unknown>>
}

/** A prompt to encode. */
export interface PromptDraft {
  /** The `key` under which the prompt is shown. `decode` must return it for the same message. */
  readonly key: string
  /** May be empty, if there are files. */
  readonly text: string
  /** Undefined: none. `promptContents` writes them in Streamfold's own format. */
  readonly files?: readonly PromptFile[] | undefined
  /** The product's own headers. */
  readonly headers: Partial<Headers> | undefined
  /** The response that the prompt steers; undefined for a prompt of its own. */
  readonly into?: string | undefined
  /** The message that the prompt follows: the last one of the path that its author saw. */
  readonly parent?: string | undefined
  /** The prompt that it replaces. */
  readonly edits?: string | undefined
  /** The prompt for which it asks for another response. It then has no text. */
  readonly again?: string | undefined
  /** The trace that it begins (P133). */
  readonly traceparent?: string | undefined
  /** The messages of the conversation so far. */
  readonly messages: readonly Message[]
  readonly clientId: string | undefined
}

/** An answer to encode. */
export interface AnswerToEncode extends AnswerDraft {
  /** The id of the message. The same answer has the same id in all tabs of a person. */
  readonly id: string
  /** The response that has the call. */
  readonly response: Message
  /** The name (`Placement.name`) of the message that has the call, where the response is a group of messages. */
  readonly name: string | undefined
  readonly clientId: string | undefined
}

/** What a codec does. Where a function is missing, Streamfold's own format is written. */
export interface CodecOptions {
  /**
   * Reads each version of each message: creates, appends, updates, deletes (whose data may be anything) and snapshots. Streamfold reads the
   * action itself, but a message that is ignored changes nothing, and an ignored delete leaves its text in place. Must not throw for any input.
   */
  readonly decode: (message: RawMessage) => DecodedMessage | IgnoredMessage
  /** False if agents do not enter presence while they work; their absence then means nothing. Default true. */
  readonly presence?: boolean
  readonly prompt?: (prompt: PromptDraft) => Outbound
  /**
   * Writes a prompt that has `files`, as one message or as several, which are published together; the serial of the first is that of the prompt.
   * Where a codec has `prompt` without this function, a prompt with files is refused before it is published.
   */
  readonly promptWithFiles?: (prompt: PromptDraft) => readonly Outbound[]
  /** @param target a response, or a prompt without a response yet @param id a random id for the message */
  readonly cancel?: (target: Message, id: string) => Outbound
  /**
   * Writes what a person, or a page, answers to a call. `decode` must read an `answer` from it, for the same call and of the same kind. Where a codec lacks this
   * function, answers are refused before they are published.
   */
  readonly answer?: (answer: AnswerToEncode) => Outbound
  /** How an agent writes responses. */
  readonly respond?: (wire: ResponseWire) => Pick<ResponseWriter, 'create' | 'append' | 'update'>
}

/** The operations that `respond` builds on. They reach the service in the order of the calls, and reject when the service rejects them. */
export interface ResponseWire {
  /** @returns the serial */
  readonly publish: (message: Outbound) => Promise<string>
  readonly append: (
    serial: string,
    message: Outbound,
    metadata?: OperationMetadata,
  ) => Promise<{ readonly version: string | null }>
  readonly update: (
    serial: string,
    message: Outbound,
    metadata?: OperationMetadata,
  ) => Promise<{ readonly version: string | null }>
  /** Reads a message's headers and author through `normalise`; undefined for a message that it ignores. */
  readonly read: (serial: string) => Promise<{ readonly headers: Headers; readonly clientId: string | undefined } | undefined>
  readonly randomId: () => string
}

/**
 * A codec reads another message format, and may write it. It is a value without state: `normalise` parses with it, and a client or an
 * agent publishes with it. Its result folds like any other record, so logs and JSON do not depend on it.
 */
export interface Codec extends Omit<CodecOptions, 'decode'> {
  readonly parse: (raw: RawMessage, options: ParseOptions) => WireEvent | Answered | Cancel | Ignored
}

/** Makes a codec from its functions. */
export function defineCodec({ decode, ...rest }: CodecOptions): Codec {
  return { ...rest, parse: (raw, options) => refusal(raw, options) ?? parseDecoded(raw, decode(raw), options) }
}

function parseDecoded(
  raw: RawMessage,
  decoded: DecodedMessage | IgnoredMessage,
  options: ParseOptions,
): WireEvent | Answered | Cancel | Ignored {
  const { serial, action, version, clientId, timestamp } = raw
  if ('reason' in decoded) {
    const { reason, activityOf } = decoded
    const author = typeof clientId === 'string' ? clientId : undefined
    // Only an agent can show that an agent is active.
    const active = activityOf !== undefined && roleOf(author, 'response', assistant, options.agent) === 'assistant'
    return active ? { type: 'ignored', reason, activityOf } : { type: 'ignored', reason }
  }
  const { name = 'response', data, headers, placement, id = raw['id'], revises } = decoded
  const event = parseMessage({ serial, action, version, clientId, timestamp, name, data, id, extras: { headers } }, options)
  if (event.type === 'answer' && headers?.['saw'] === undefined) return { ...event, unbound: true }
  if (!('role' in event)) return event
  if (event.role === 'user' && placement?.mark === true)
    return { type: 'ignored', reason: 'only an agent says how a response stands' }
  if (event.role === 'user' && decoded.fromAgent === true)
    return { type: 'ignored', reason: 'only an agent adds parts to a response' }
  // The author counted the data of the message; a text that was made of it has another length.
  const { len, ...rest } = event
  const counted = len !== undefined && data === raw['data'] ? { len } : {}
  // A client that may not steer has sent an ordinary prompt.
  const asks = decoded.into !== undefined && options.permissions?.maySteer?.(event.clientId) === false
  const fields = withPlace(event.fields, asks ? { ...decoded, into: undefined } : decoded)
  return { ...rest, ...counted, fields, ...(revises === true && { revises }) }
}

function withPlace(fields: Fields | undefined, { placement, into }: DecodedMessage): Fields | undefined {
  if (!fields || (!placement && into === undefined)) return fields
  const { continues } = fields.placement ?? {}
  return { ...fields, into, ...(placement && { placement: placed({ continues, ...placement }) }) }
}

const assistant: Headers = { role: 'assistant' }
