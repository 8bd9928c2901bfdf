import type { Cancel, Ignored, WireEvent } from './event.ts'
import type { Headers, Message } from './message.ts'
import type { NormaliseOptions } from './normalise.ts'
import type { ResponseWriter } from './ports.ts'
import { readOurs, roleOf } from './normalise.ts'
import type { Wholes } from './wholes.ts'

/** An object on a channel that claims to be a message; what is in it is not known. */
export type RawMessage = Readonly<Record<string, unknown>>

/** What a message of another wire says, in the words of ours. Who wrote it, when, and which version it is are read from itself. */
export interface Said {
  /** `prompt`, `response` or `cancel`. Default `response`. */
  readonly name?: string
  /** The text; of an append the increment. */
  readonly data: unknown
  /**
   * Whole headers; undefined keeps those that are known. Ours are `role`, `status`, `error`, `reply-to` (the serial of the prompt),
   * `continues`, and `target` of a cancel. With `wholes` also these:
   * `part-of`: messages of one author that name the same are one message, a blank line between their texts. Its `reply-to` may also
   * be the key of the prompt.
   * `part`: `mark` for one without text, which says how all of them stand; while there is a mark, nothing else says it.
   * `step`, `attempt`: of the parts of a step only those of the greatest attempt count, compared as strings.
   * `steers`: on a prompt that is said into a response under way, and so waits for none of its own.
   */
  readonly headers: Headers | undefined
  /** The `key` of a prompt, where it is not the message's id. */
  readonly id?: string | undefined
  /** Says nothing of its own: changes a message that is known, and makes none. */
  readonly revises?: boolean
}

/** A message that is not shown. */
export interface Unsaid {
  readonly reason: string
  /** `part-of` of the response whose agent is thereby heard to be at work. */
  readonly of?: string | undefined
}

/** A message to publish. */
export interface Outbound {
  readonly id?: string
  readonly name: string
  readonly data?: string
  readonly extras: Readonly<Record<string, unknown>>
}

export interface PromptDraft {
  /** The `key` under which the prompt is shown: `read` must find it in the message again. */
  readonly key: string
  readonly text: string
  /** A product's own. */
  readonly headers: Partial<Headers> | undefined
  /** The conversation that it is said in. */
  readonly messages: readonly Message[]
  readonly clientId: string | undefined
}

/** How a dialect is spoken. What is left out is done in our own wire. */
export interface DialectOptions {
  /** Must not throw, whatever the message is. */
  readonly read: (message: RawMessage) => Said | Unsaid
  /** `wholes`, where several messages make one. */
  readonly wholes?: Wholes
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
 * Another way to write conversations on a channel. A value without state: `normalise` reads with it, a store that is made for it
 * folds with it, and whoever owns the channel publishes with it.
 */
export interface Dialect extends Omit<DialectOptions, 'read'> {
  readonly normalise: (raw: RawMessage, options: NormaliseOptions) => WireEvent | Cancel | Ignored
}

export function defineDialect({ read, ...rest }: DialectOptions): Dialect {
  return { ...rest, normalise: (raw, options) => translate(raw, read(raw), options) }
}

function translate(raw: RawMessage, said: Said | Unsaid, options: NormaliseOptions): WireEvent | Cancel | Ignored {
  const { serial, action, version, clientId, timestamp } = raw
  if ('reason' in said) {
    const { reason, of } = said
    const heard =
      of !== undefined &&
      roleOf(typeof clientId === 'string' ? clientId : undefined, 'response', agents, options.agent) === 'assistant'
    return heard ? { type: 'ignored', reason, of } : { type: 'ignored', reason }
  }
  const { name = 'response', data, headers, id = raw['id'], revises } = said
  const event = readOurs({ serial, action, version, clientId, timestamp, name, data, id, extras: { headers } }, options)
  if (!('role' in event)) return event
  if (event.role === 'user' && headers?.['part'] === 'mark')
    return { type: 'ignored', reason: 'only an agent says how a response stands' }
  return revises === true ? { ...event, revises } : event
}

const agents: Headers = { role: 'assistant' }
