import { isObject, parsed } from '../shared/json.ts'
import { fnv } from './input-hash.ts'

/** What an answer does: it approves or denies a call, or gives the output or the failure of a call that a page ran. */
export type AnswerKind = 'approve' | 'deny' | 'output' | 'fault'

/** What a person answers to a call (P107). */
export interface AnswerDraft {
  /** Serial of the response that has the call. */
  readonly target: string
  /** Id of the call. */
  readonly call: string
  readonly kind: AnswerKind
  /** `inputHash` of the input that was shown. The answer counts only for that input. */
  readonly saw: string
  /** JSON text: `{ "reason"?: string }` of `approve` and `deny`, the value of an `output`, `{ "error": string }` of a `fault`. */
  readonly text: string
}

/** An answer as the channel has it. */
export interface Answer extends AnswerDraft {
  /** Of several answers that count, the one with the smallest serial decides. */
  readonly serial: string
  /** Whether it was updated or deleted. It then decides nothing, whatever follows. */
  readonly withdrawn: boolean
  /** Its author, as the service stamped it (P5). */
  readonly clientId: string | undefined
  readonly messageId: string | undefined
  /** Service time at which it was published, in milliseconds. */
  readonly at: number
  /** What `permissions.mayAnswer` said of its author. Absent: the default counts. */
  readonly permitted?: boolean
  /** Folded by its author on the acknowledgement; the channel delivers it later. Absent means false. */
  readonly local?: boolean
  /** Of a redacted log, where the input is another: whether `saw` was the hash of the input. */
  readonly matches?: boolean
  /**
   * Of a format whose answers name no input, and whose agents neither ask for an output nor repeat in the response what was answered (P130). Absent
   * means false.
   */
  readonly unbound?: boolean
}

/** An answer that this client is publishing. */
export interface PendingAnswer extends AnswerDraft {
  /** The message id under which it is published. */
  readonly key: string
  readonly clientId?: string
  /** Local time, in milliseconds. */
  readonly at: number
}

/**
 * The id of the message that an answer is published under (P107): a double click, and two tabs of one person, publish one message (P6).
 *
 * @param attempt how many ids before this one have a message that is not this answer
 */
export function answerId({ target, call, saw }: AnswerDraft, clientId: string | undefined, attempt: number): string {
  return `answer-${fnv(`${target}\n${call}\n${clientId ?? ''}\n${saw}\n${attempt}`)}`
}

/** Whether an answer gives what the call of a page has come to, and approves or denies nothing. */
export function isOfOutput(kind: AnswerKind): boolean {
  return kind === 'output' || kind === 'fault'
}

const kinds: ReadonlySet<unknown> = new Set<AnswerKind>(['approve', 'deny', 'output', 'fault'])

export function isAnswerKind(kind: unknown): kind is AnswerKind {
  return kinds.has(kind)
}

/** The contents of an answer. @returns undefined if its data does not fit its kind */
export function contentsOf({ kind, text }: Pick<Answer, 'kind' | 'text'>): { readonly value: unknown } | undefined {
  if (text === '') return kind === 'approve' || kind === 'deny' ? { value: {} } : undefined
  const value = parsed(text)
  const fits =
    kind === 'output' ? value !== undefined : isObject(value) && (kind !== 'fault' || typeof value['error'] === 'string')
  return fits ? { value } : undefined
}
