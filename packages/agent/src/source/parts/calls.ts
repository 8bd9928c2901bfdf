import type { Head, ProviderMetadata } from '@streamfold/core/codec'
import type { OpenPart, PartList } from './part-list.ts'
import { ToolError } from '../errors/tool-error.ts'
import { UncertainError } from '../errors/uncertain-error.ts'
import type { WireIds } from './wire-ids.ts'

type ToolHead = Extract<Head, { readonly type: 'tool' }>
type InputHead = Extract<Head, { readonly type: 'input' }>

interface CallFields extends Omit<ToolHead, 'type' | 'id'> {
  /** The input is streamed as text, not as JSON. */
  readonly isText?: boolean
}

interface ResultFields {
  readonly preliminary?: boolean | undefined
  readonly provider?: ProviderMetadata | undefined
}

interface Given {
  readonly input: unknown
}

/** A call that the response had before this source. */
export interface KnownCall {
  /** On the wire. */
  readonly id: string
  /** As the model is given it, where that is another one. */
  readonly givenAs: string
  /** Whether it is run now. */
  readonly isDue: boolean
  readonly name: string
}

/** Calls of tools, by the ids that a vendor gives them. */
export interface Calls {
  /** Begins a call, unless it has begun. Calls of different steps may have the same id. */
  call(id: string, fields: CallFields): void
  hasCall(id: string): boolean
  /** The input as the model writes it. */
  input(id: string, delta: string): void
  /** The input is complete. */
  inputDone(id: string, given?: Given, provider?: ProviderMetadata): void
  /** The input is complete and wrong. Readers get a sentence that is safe. */
  inputFailed(id: string, error: unknown, given?: Given): void
  output(id: string, value: unknown, fields?: ResultFields): void
  /** The call failed. Readers get a sentence that is safe. */
  fault(id: string, error: unknown, provider?: ProviderMetadata): void
  denied(id: string): void
  ask(id: string, approval: string, reason: string | undefined): void
  decided(approval: string, approved: boolean, reason: string | undefined, id?: string): void
  /** Another step begins: an id that comes again names another call. */
  nextStep(): void
}

interface Call extends OpenPart {
  /** On the wire. */
  readonly id: string
  readonly name: string
  readonly step: number
  readonly isText: boolean
  streamed: string
  done: boolean
  reason: string | undefined
}

/**
 * @param describe gives the sentence that readers see for a tool that failed
 * @param known calls of the response, whose results may come from this source
 */
export function createCalls(
  list: PartList,
  ids: WireIds,
  describe: (error: Error) => string,
  known: readonly KnownCall[] = [],
): Calls {
  const calls = new Map(
    known.flatMap(({ id, givenAs, name }) => {
      const state = { streamed: '', done: true, reason: undefined }
      const call: Call = { id, name, step: 0, isText: false, ...state }
      return [givenAs, id].map((each): [string, Call] => [each, call])
    }),
  )
  const byApproval = new Map<string, Call>()
  let steps = 0

  /** Writes the rest of the input. @returns the input where it differs from what was streamed */
  function completeInput(call: Call, given: Given | undefined): { input?: unknown } {
    const { streamed: written, isText } = call
    call.done = true
    call.streamed = ''
    if (isText && written !== '') list.write(call, '"')
    const streamed = isText && written !== '' ? JSON.stringify(written) : written
    if (!given || given.input === undefined) {
      if (streamed.trim() === '') list.write(call, isText ? '""' : '{}')
      return {}
    }
    const whole = list.json(given.input, `the input of the tool ${call.name}`)
    if (streamed === '') list.write(call, whole)
    else if (!isSame(streamed, whole)) return { input: given.input }
    return {}
  }

  function closeInput(call: Call, given?: Given, more: Omit<InputHead, 'type' | 'id' | 'input'> = {}): void {
    if (call.done) return
    const input = completeInput(call, given)
    list.leave()
    list.add({ type: 'input', id: call.id, ...input, ...more })
  }

  return {
    hasCall: (id) => calls.has(id),
    call(id, { isText = false, ...fields }) {
      const before = calls.get(id)
      if (before && (before.step === steps || !before.done)) return
      const state = { streamed: '', done: false, reason: undefined }
      const call: Call = { id: ids.name('tool', id), name: fields.name, step: steps, isText, ...state }
      calls.set(id, call)
      list.begin({ type: 'tool', id: call.id, ...fields }, call)
    },
    input(id, delta) {
      const call = calls.get(id)
      if (!call || call.done || delta === '') return
      // Half of a character is escaped, so that its other half may come with the next delta.
      if (call.isText) list.write(call, (call.streamed === '' ? '"' : '') + JSON.stringify(delta).slice(1, -1))
      else list.write(call, delta)
      call.streamed += delta
    },
    inputDone(id, given, provider) {
      const call = calls.get(id)
      if (call) closeInput(call, given, provider && { provider })
    },
    inputFailed(id, error, given) {
      const call = calls.get(id)
      if (call) closeInput(call, given, { error: describe(new ToolError(call.name, error)) })
    },
    output(id, value, { preliminary, provider } = {}) {
      const call = calls.get(id)
      if (!call) return
      closeInput(call)
      const head = { id: call.id, ...(preliminary === true && { preliminary }), ...(provider && { provider }) }
      list.addWhole({ type: 'output', ...head }, list.json(value, `the output of the tool ${call.name}`))
    },
    fault(id, error, provider) {
      const call = calls.get(id)
      if (!call) return
      closeInput(call)
      const uncertain = error instanceof UncertainError && { uncertain: true as const }
      const head = { id: call.id, ...uncertain, ...(provider && { provider }) }
      list.addWhole({ type: 'fault', ...head }, describe(new ToolError(call.name, error)))
    },
    denied(id) {
      const call = calls.get(id)
      if (!call) return
      closeInput(call)
      list.addWhole({ type: 'fault', id: call.id, denied: true }, call.reason ?? 'the call was denied')
    },
    ask(id, approval, reason) {
      const call = calls.get(id)
      if (!call) return
      byApproval.set(approval, call)
      closeInput(call)
      list.leave()
      list.add({ type: 'ask', id: call.id, approval, ...(reason !== undefined && { reason }) })
    },
    decided(approval, approved, reason, id) {
      const call = (id !== undefined && calls.get(id)) || byApproval.get(approval)
      if (!call) return
      call.reason = reason
      list.leave()
      list.add({ type: 'decided', id: call.id, approved, ...(reason !== undefined && { reason }) })
    },
    nextStep: () => void steps++,
  }
}

/** Whether two JSON texts say the same, in the same order. */
function isSame(streamed: string, whole: string): boolean {
  try {
    return JSON.stringify(JSON.parse(streamed)) === whole
  } catch {
    return false
  }
}
