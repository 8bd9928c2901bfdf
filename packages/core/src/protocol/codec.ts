import type { Cancel, Ignored, WireEvent } from './event.ts'
import type { Fields, Placement } from './fields.ts'
import { placed } from './fields.ts'
import type { Headers, Message } from './message.ts'
import type { ParseOptions, RawMessage } from './parse-message.ts'
import { parseMessage } from './parse-message.ts'
import type { ResponseWriter } from './response-writer.ts'
import { roleOf } from './trust.ts'

/** A message of another format, in the terms of ours. Its author, time and version are read from the message itself. */
export interface DecodedMessage {
  /** `prompt`, `response` or `cancel`. Default `response`. */
  readonly name?: string
  /** The text; of an append the increment. */
  readonly data: unknown
  /**
   * Complete headers; undefined keeps those that are known. Those of the protocol are read as in our own format: `role`, `status`,
   * `error`, `reply-to` (the serial of the prompt, or in a group its key), `continues`, and `target` of a cancel.
   */
  readonly headers: Headers | undefined
  /** How the message combines with others into one. Default: as `continues` says. Used only with `headers`. */
  readonly placement?: Partial<Placement>
  /** Of a prompt that was sent into a running response, and so waits for no response of its own: what names the response. */
  readonly into?: string | undefined
  /** The `key` of a prompt, where it is not the message's id. */
  readonly id?: string | undefined
  /** Changes a message that is known, and makes none. Default false. */
  readonly revises?: boolean
}

/** A message that is not shown. */
export interface IgnoredMessage {
  readonly reason: string
  /** The message group whose agent is at work. */
  readonly activityOf?: string | undefined
}

/** A message to publish. */
export interface Outbound {
  readonly id?: string
  readonly name: string
  readonly data?: string
  readonly extras: Readonly<Record<string, unknown>>
}

export interface PromptDraft {
  /** The `key` under which the prompt is shown: `decode` must find it in the message again. */
  readonly key: string
  readonly text: string
  /** A product's own. */
  readonly headers: Partial<Headers> | undefined
  /** The conversation that it is said in. */
  readonly messages: readonly Message[]
  readonly clientId: string | undefined
}

/** How a codec is spoken. What is left out is done in our own wire. */
export interface CodecOptions {
  /** Must not throw, whatever the message is. */
  readonly decode: (message: RawMessage) => DecodedMessage | IgnoredMessage
  /** False where agents do not enter the channel's presence while they work, so that their absence says nothing. Default true. */
  readonly presence?: boolean
  readonly prompt?: (prompt: PromptDraft) => Outbound
  /** @param target a response, or a prompt that nothing answers yet @param id random */
  readonly cancel?: (target: Message, id: string) => Outbound
  /** How an agent writes responses. */
  readonly respond?: (wire: ResponseWire) => Pick<ResponseWriter, 'create' | 'append' | 'update'>
}

/** A channel that responses are written to. Operations reach the service in the order of the calls, and reject as it says. */
export interface ResponseWire {
  /** @returns the serial. */
  readonly publish: (message: Outbound) => Promise<string>
  readonly append: (serial: string, message: Outbound) => Promise<{ readonly version: string | null }>
  readonly update: (serial: string, message: Outbound) => Promise<{ readonly version: string | null }>
  /** What a message says as `normalise` reads it; undefined where it says nothing. */
  readonly read: (serial: string) => Promise<{ readonly headers: Headers; readonly clientId: string | undefined } | undefined>
  readonly randomId: () => string
}

/**
 * Another format for conversations on a channel. A value without state: `normalise` parses with it, and a client or an agent
 * publishes with it. What it decodes is folded like any other record, so logs and JSON need not know of it.
 */
export interface Codec extends Omit<CodecOptions, 'decode'> {
  readonly parse: (raw: RawMessage, options: ParseOptions) => WireEvent | Cancel | Ignored
}

export function defineCodec({ decode, ...rest }: CodecOptions): Codec {
  return { ...rest, parse: (raw, options) => parseDecoded(raw, decode(raw), options) }
}

function parseDecoded(
  raw: RawMessage,
  decoded: DecodedMessage | IgnoredMessage,
  options: ParseOptions,
): WireEvent | Cancel | Ignored {
  const { serial, action, version, clientId, timestamp } = raw
  if ('reason' in decoded) {
    const { reason, activityOf } = decoded
    const author = typeof clientId === 'string' ? clientId : undefined
    // Only an agent can show that an agent is at work.
    const active = activityOf !== undefined && roleOf(author, 'response', assistant, options.agent) === 'assistant'
    return active ? { type: 'ignored', reason, activityOf } : { type: 'ignored', reason }
  }
  const { name = 'response', data, headers, placement, id = raw['id'], revises } = decoded
  const event = parseMessage({ serial, action, version, clientId, timestamp, name, data, id, extras: { headers } }, options)
  if (!('role' in event)) return event
  if (event.role === 'user' && placement?.mark === true)
    return { type: 'ignored', reason: 'only an agent says how a response stands' }
  return { ...event, fields: withPlace(event.fields, decoded), ...(revises === true && { revises }) }
}

function withPlace(fields: Fields | undefined, { placement, into }: DecodedMessage): Fields | undefined {
  if (!fields || (!placement && into === undefined)) return fields
  const { continues } = fields.placement ?? {}
  return { ...fields, into, ...(placement && { placement: placed({ continues, ...placement }) }) }
}

const assistant: Headers = { role: 'assistant' }
