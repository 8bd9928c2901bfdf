import type { PartChunk } from '../../source/parts/part-chunk.ts'
import type { Report } from '../options/reporter.ts'
import type { ResponseCall, ResponseCalls } from './response-calls.ts'
import type { ShownCall } from './shown-parts.ts'

/** A call that waits for a person or a page. */
export interface AskedCall extends ShownCall {
  /** `approval`: a person decides whether the agent runs it. `output`: a page runs it. */
  readonly wants: 'approval' | 'output'
}

/** Of whom the agent asks an answer, and until when. */
export interface AskOptions {
  /**
   * How long a call waits for its answer, in milliseconds, above 0; then it is denied. Of a function: of each call, undefined for one that waits for
   * ever. Default: all wait for ever.
   */
  readonly answerWithin?: number | ((call: AskedCall) => number | undefined)
  /**
   * Tools whose calls a person must approve before the agent runs them, for a source that ends with calls and asks for nothing: their names, or a
   * function of the name. Calls of other tools that nobody has run are for the page. Default none.
   */
  readonly approve?: readonly string[] | ((toolName: string) => boolean)
  /** Client ids that may answer a call. Undefined, and by default: the author of the prompt, and those whom `permissions` allow. */
  readonly answerBy?: (call: AskedCall) => readonly string[] | undefined
}

/** Adds to the questions of a source who may answer, and until when. A function of the options that throws is reported, and counts as not given. */
export function createAsks({ answerWithin, answerBy, approve = [] }: AskOptions, report: Report) {
  function given<Value>(value: () => Value): Value | undefined {
    try {
      return value()
    } catch (error) {
      report(error)
      return undefined
    }
  }

  /** Of a function that throws the safer answer is taken. */
  function isApproved(toolName: string): boolean {
    return typeof approve === 'function' ? (given(() => approve(toolName)) ?? true) : approve.includes(toolName)
  }

  function details(call: AskedCall, at: number): { readonly of?: readonly string[]; readonly until?: number } {
    const within = typeof answerWithin === 'function' ? given(() => answerWithin(call)) : answerWithin
    const of = answerBy && given(() => answerBy(call))
    const until = within !== undefined && within > 0 && within < Infinity ? Math.round(at + within) : undefined
    return { ...(of && { of }), ...(until !== undefined && { until }) }
  }

  return {
    /** @param at the service's time, in milliseconds */
    addTo(chunk: PartChunk, calls: ResponseCalls, at: number): PartChunk {
      if (!('head' in chunk) || chunk.head.type !== 'ask') return chunk
      const { head } = chunk
      const { id, wants = 'approval' } = head
      return { head: { ...details({ toolCallId: id, toolName: calls.get(id)?.name ?? '', wants }, at), ...head } }
    },
    /** Asks a person whether the agent runs these calls, or a page to run them. */
    about: (calls: readonly ResponseCall[]): readonly PartChunk[] =>
      calls.map(({ id, name }) => ({ head: { type: 'ask', id, approval: id, ...(!isApproved(name) && { wants: 'output' }) } })),
  }
}
