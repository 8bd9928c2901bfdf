import type { DynamicToolPart, MessageStatus, ToolPart } from '@streamfold/core'
import type { ResponseCall } from '../../publish/parts/response-calls.ts'
import { defined } from '../../source/fields.ts'
import type { PartChunk } from '../../source/parts/part-chunk.ts'
import { UNCERTAIN } from '../../source/errors/uncertain-error.ts'

/** The parts that settle a call before its response goes on, and whether the agent runs it then. */
export interface SettledCall {
  readonly chunks: readonly PartChunk[]
  readonly isDue: boolean
}

export interface SettleOptions {
  /** The service's time. */
  readonly now: number
  /** Whether it may be run again if it may have run. */
  readonly isIdempotent: boolean
  /** How the response stands. */
  readonly status: MessageStatus
  /** Whether its result was cut off. */
  readonly isCut: boolean
  /** Whether the agent has lost its input. */
  readonly lacksInput: boolean
  /** Whether the response may lack what another agent wrote into it: that one may have run the call. */
  readonly isOverwritten: boolean
}

/** An answer that was published in time may be delivered this much later, in milliseconds. */
export const ANSWER_LAG = 2_000

const INTERRUPTED = 'the call was interrupted before it ran'

/** Settles a call that has no result. `waits`: for a person or a page. */
export function settleCall(
  call: ResponseCall,
  part: ToolPart | DynamicToolPart | undefined,
  options: SettleOptions,
): SettledCall | 'waits' {
  const settled = settle(call, part, options)
  if (settled === 'waits' || !settled.isDue) return settled
  const mayHaveRun = options.isOverwritten && !options.isIdempotent
  if (!mayHaveRun && !options.lacksInput) return settled
  const fault: readonly PartChunk[] = mayHaveRun
    ? [{ head: { type: 'fault', id: call.id, uncertain: true } }, { body: UNCERTAIN }]
    : [{ head: { type: 'fault', id: call.id } }, { body: 'the agent no longer has the input of the call' }]
  return { chunks: [...settled.chunks, ...fault], isDue: false }
}

function settle(
  call: ResponseCall,
  part: ToolPart | DynamicToolPart | undefined,
  { now, isIdempotent, status, isCut }: SettleOptions,
): SettledCall | 'waits' {
  const { id, wants, approved, run, input } = call
  const result = (text: string, more: { readonly denied?: true; readonly uncertain?: true } = {}): SettledCall => ({
    chunks: [{ head: { type: 'fault', id, ...more } }, { body: text }],
    isDue: false,
  })
  if (isCut || run !== undefined) {
    // Only the run that wrote it knows whether the tool was executed.
    if (!isIdempotent) return result(UNCERTAIN, { uncertain: true })
    return wants === 'approval' ? { chunks: [], isDue: true } : result('the call was interrupted: call the tool again')
  }
  if (wants === undefined) return input === 'streaming' ? result(INTERRUPTED) : result(UNCERTAIN, { uncertain: true })
  if (approved !== undefined)
    return approved ? { chunks: [], isDue: wants === 'approval' } : result('the call was denied', { denied: true })
  const answered = wants === 'approval' ? ofApproval(id, part) : ofOutput(id, part)
  if (answered) return answered
  const until = part?.approval?.until ?? part?.wanted?.until
  if (until !== undefined && now > until + ANSWER_LAG) {
    const late = 'nobody answered in time'
    const decided: PartChunk = { head: { type: 'decided', id, approved: false, auto: 'deadline', reason: late } }
    return { chunks: [decided, ...result(late, wants === 'approval' ? { denied: true } : {}).chunks], isDue: false }
  }
  // Nobody can answer a response that has ended.
  return status === 'failed' ? result(INTERRUPTED) : 'waits'
}

function ofApproval(id: string, part: ToolPart | DynamicToolPart | undefined): SettledCall | undefined {
  const { approved, answer, by, at, reason, pending } = part?.approval ?? {}
  if (approved === undefined || pending) return undefined
  const decided: PartChunk = { head: { type: 'decided', id, approved, ...defined({ answer, by, at, reason }) } }
  if (approved) return { chunks: [decided], isDue: true }
  const fault: readonly PartChunk[] = [{ head: { type: 'fault', id, denied: true } }, { body: reason ?? 'the call was denied' }]
  return { chunks: [decided, ...fault], isDue: false }
}

function ofOutput(id: string, part: ToolPart | DynamicToolPart | undefined): SettledCall | undefined {
  const { answer, by, at, pending } = part?.wanted ?? {}
  if (!part || answer === undefined || pending) return undefined
  const decided: PartChunk = { head: { type: 'decided', id, ...defined({ answer, by, at }) } }
  const outcome: readonly PartChunk[] =
    part.state === 'output-available'
      ? [{ head: { type: 'output', id } }, { body: JSON.stringify(part.output) ?? 'null' }]
      : [{ head: { type: 'fault', id } }, { body: part.errorText ?? 'the tool failed' }]
  return { chunks: [decided, ...outcome], isDue: false }
}
