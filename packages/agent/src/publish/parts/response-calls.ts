import type { Head } from '@streamfold/core/codec'

/** A call of a tool, as the frames of its response have it. */
export interface ResponseCall {
  /** Id of the call on the wire. */
  readonly id: string
  readonly name: string
  readonly input: 'streaming' | 'complete' | 'invalid'
  readonly providerExecuted: boolean
  /** What a person, or a page, is asked for. */
  readonly wants: 'approval' | 'output' | undefined
  /** What was decided. */
  readonly approved: boolean | undefined
  /** The run that was about to execute it. */
  readonly run: string | undefined
  /** Whether it has a result that no other one replaces. */
  readonly hasResult: boolean
}

/** The calls of a response by their ids, in order. */
export type ResponseCalls = ReadonlyMap<string, ResponseCall>

export const noCalls: ResponseCalls = new Map()

/** The calls after one more head. Pure. */
export function noteHead(calls: ResponseCalls, head: Head): ResponseCalls {
  switch (head.type) {
    case 'tool': {
      if (calls.has(head.id)) return calls
      const { id, name, providerExecuted = false } = head
      const none = { wants: undefined, approved: undefined, run: undefined, hasResult: false }
      return new Map(calls).set(id, { id, name, input: 'streaming', providerExecuted, ...none })
    }
    case 'input':
      return change(calls, head.id, { input: head.error === undefined ? 'complete' : 'invalid' })
    case 'ask':
      // A call may ask for an approval, and then a page for its output.
      return change(calls, head.id, { wants: head.wants ?? 'approval', approved: undefined, run: undefined })
    case 'decided':
      return change(calls, head.id, { approved: head.approved })
    case 'run':
      return change(calls, head.id, { run: head.epoch })
    case 'output':
      return head.preliminary === true ? calls : change(calls, head.id, { hasResult: true })
    case 'fault':
      return change(calls, head.id, { hasResult: true })
    default:
      return calls
  }
}

/** Whether nothing more is expected of the call. */
export function isOver({ input, hasResult, providerExecuted }: ResponseCall): boolean {
  return hasResult || input === 'invalid' || providerExecuted
}

/** Calls that a person has not decided, and outputs that a page has not given. */
export function undecided(calls: ResponseCalls): readonly ResponseCall[] {
  return [...calls.values()].filter((call) => !call.hasResult && call.wants !== undefined && call.approved === undefined)
}

/** Calls that the agent did not run, and asked nobody for: of tools that a page runs. */
export function unasked(calls: ResponseCalls): readonly ResponseCall[] {
  return [...calls.values()].filter(
    (call) => !isOver(call) && call.input === 'complete' && call.wants === undefined && call.run === undefined,
  )
}

function change(calls: ResponseCalls, id: string, more: Partial<ResponseCall>): ResponseCalls {
  const call = calls.get(id)
  return call ? new Map(calls).set(id, { ...call, ...more }) : calls
}
