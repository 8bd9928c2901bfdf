import type { FinishReason, Phase } from './message.ts'
import type { Headers } from './message-types.ts'

/** A format of a message's data: `parts/1` has frames (P100). */
export type Format = 'parts/1'

/** The reserved headers of one version, parsed once. */
export interface Fields {
  /** Serial of the prompt that the response answers; for a record of a named group also the prompt's name: its group, or else its key. */
  readonly replyTo: string | undefined
  /** Why the response failed; undefined unless it did. */
  readonly error: string | undefined
  /** Why the model ended the response; undefined while it streams, and if its author does not say. */
  readonly finish: FinishReason | undefined
  /** The format of the data; undefined for plain text. */
  readonly format?: Format | undefined
  /** The phase that the header `status` declares; undefined if the author does not mark ends. */
  readonly phase: Phase | undefined
  /** The response that a prompt was sent into; of a response, the one to which it was given over (P131). */
  readonly into: string | undefined
  /** The message that a prompt follows, the prompt that it replaces, and the one for which it asks for another response (P125, P127). */
  readonly parent: string | undefined
  readonly edits: string | undefined
  readonly again: string | undefined
  /** How the record combines with others; undefined for one that is a message by itself. */
  readonly placement: Placement | undefined
}

/** How a record combines with others into one message. */
export interface Placement {
  /** Serial of the record that this one continues: their texts are joined without a separator. */
  readonly continues: string | undefined
  /** Name of the message group: the records of one author with the same group are one message, with a blank line between their texts. */
  readonly group: string | undefined
  /** Whether the record has no text and only gives its group's status. If a group has marks, the last mark decides. */
  readonly mark: boolean
  /** Of the records of one step only those of the greatest attempt count; attempts compare as strings. */
  readonly step: string | undefined
  readonly attempt: string | undefined
  /**
   * Client id of the prompt's author, where `replyTo` is a name: several users may call their prompts the same. Undefined where the
   * agent does not say it; then the oldest prompt of that name is meant.
   */
  readonly promptAuthor: string | undefined
  /** What others call the record in `parent` and `again`, where that is not its group: a run may have several messages. */
  readonly name?: string | undefined
  /**
   * Whether a common parent makes alternatives (P136): each response to a prompt is one, and an edit is one only where it has the parent of what it
   * replaces. What names no known parent then follows nothing.
   */
  readonly byParent?: boolean | undefined
}

/**
 * All names that belong to the protocol (P41). A product cannot set one as its own header, because the write side refuses it: a header
 * that products set needs an option there. They have no contents, so redaction keeps their values, except those of `error` and `saw`, and
 * a `traceparent` that is none.
 */
export const reservedHeaders: ReadonlySet<string> = new Set([
  'role',
  'status',
  'finish',
  'empty',
  'reply-to',
  'error',
  'continues',
  'target',
  'format',
  'into',
  'parent',
  'edits',
  'again',
  'call',
  'kind',
  'saw',
  'traceparent',
])

/** Reads the protocol's headers. */
export function readFields(headers: Headers): Fields {
  const status = headers['status']
  const continues = headers['continues']
  // Most versions are appends of a response that streams, which has neither.
  const open = status === 'streaming'
  return {
    replyTo: headers['reply-to'],
    error: status === 'failed' ? headers['error'] : undefined,
    finish: open ? undefined : finishOf(headers),
    phase: open ? 'streaming' : status === undefined ? undefined : phaseNamed(status),
    format: headers['format'] === 'parts/1' ? 'parts/1' : undefined,
    into: headers['into'],
    parent: headers['parent'],
    edits: headers['edits'],
    again: headers['again'],
    placement: continues === undefined ? undefined : placed({ continues }),
  }
}

/** A placement with defaults for what is not given. */
export function placed(given: Partial<Placement>): Placement {
  const { continues, group, mark = false, step, attempt, promptAuthor, name, byParent } = given
  return {
    continues,
    group,
    mark,
    step,
    attempt,
    promptAuthor,
    ...(name !== undefined && { name }),
    ...(byParent === true && { byParent }),
  }
}

/** An unknown status counts as `streaming` (P43): its author will send another one. */
function phaseNamed(status: string): Phase {
  return status === 'complete' || status === 'waiting' || status === 'cancelled' || status === 'failed' ? status : 'streaming'
}

const reasons: ReadonlySet<string> = new Set<FinishReason>(['stop', 'length', 'content-filter', 'tool-calls', 'error', 'other'])

/** What the `finish` header of a response that has ended says; undefined where it says nothing. */
export function finishOf(headers: Partial<Headers>): FinishReason | undefined {
  const { status, finish = '' } = headers
  if (finish === '') return undefined
  const phase = status === undefined ? undefined : phaseNamed(status)
  // What streams again has not ended, whatever its headers still say.
  if (phase === 'streaming' || phase === 'waiting') return undefined
  return reasons.has(finish) ? (finish as FinishReason) : 'other' // As just looked up.
}
