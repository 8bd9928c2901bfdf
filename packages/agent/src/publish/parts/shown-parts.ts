import type { Head } from '@streamfold/core/codec'
import type { PartChunk } from '../../source/parts/part-chunk.ts'
import { callable, checkKinds } from '../options/check-kinds.ts'
import type { Report } from '../options/reporter.ts'
import type { ResponseCalls } from './response-calls.ts'
import { noCalls } from './response-calls.ts'

/** A call of a tool, for a function that decides what readers receive of it. */
export interface ShownCall {
  readonly toolCallId: string
  readonly toolName: string
}

/**
 * What readers receive of each kind of content: `everything`, `nothing`, or what a function returns for it. A function gets the value when it
 * is complete, so readers see no part of it before. A function that throws counts as `nothing`. Sources, files, data and text are always shown.
 */
export interface ShowOptions {
  /** Default `everything`. `nothing` also withholds that the model reasoned, and files that it made meanwhile. */
  readonly reasoning?: 'everything' | 'nothing' | ((text: string) => string)
  /** The inputs of tools. Default `everything`. Readers see name and state of each call in any case. */
  readonly toolInputs?: 'everything' | 'nothing' | ((input: unknown, call: ShownCall) => unknown)
  /** The results of tools. Default `everything`. */
  readonly toolOutputs?: 'everything' | 'nothing' | ((output: unknown, call: ShownCall) => unknown)
  /** Metadata of the model's provider, such as signatures of reasoning. Default `everything`. */
  readonly providerMetadata?: 'everything' | 'nothing'
}

/** Leaves out what readers do not receive. */
export interface ShownParts {
  take(chunk: PartChunk): readonly PartChunk[]
  /** The content held back for a part that the source has not ended. */
  rest(): readonly PartChunk[]
  /** Whether anything was withheld. */
  readonly hasWithheld: boolean
}

/** A part whose bodies pass, are dropped, or are held until it is complete. */
interface Target {
  readonly mode: 'pass' | 'drop' | 'hold'
  readonly head: Head
  held: string
}

/** @throws TypeError when an option is of another kind */
export function checkShow(show: ShowOptions | undefined): void {
  if (!show) return
  for (const [name, given] of Object.entries(show as Record<string, unknown>)) {
    if (given === 'everything' || given === 'nothing') continue
    if (name === 'providerMetadata')
      throw new TypeError(`unable to use the options; show.${name} is another value: give 'everything' or 'nothing'`)
    checkKinds({ [`show.${name}`]: given }, { [`show.${name}`]: callable })
  }
}

/** Whether the options may withhold anything. */
export function mayWithhold(show: ShowOptions): boolean {
  return Object.values(show).some((given) => given !== undefined && given !== 'everything')
}

/** @param report called with what a function of the options throws @param known the calls that the response has */
export function createShownParts(show: ShowOptions, report: Report, known: ResponseCalls = noCalls): ShownParts {
  const { reasoning = 'everything', toolInputs = 'everything', toolOutputs = 'everything', providerMetadata } = show
  const byId = new Map<string, Target>()
  const calls = new Map<string, ShownCall>([...known.values()].map(({ id, name }) => [id, { toolCallId: id, toolName: name }]))
  let open: Target | undefined
  let hasWithheld = false

  const modeOf = (shown: unknown): Target['mode'] => (shown === 'everything' ? 'pass' : shown === 'nothing' ? 'drop' : 'hold')

  function begin(head: Head & { readonly id?: string }, mode: Target['mode'], isNamed: boolean): void {
    open = { mode, head, held: '' }
    if (isNamed && head.id !== undefined) byId.set(head.id, open)
  }

  /** @returns what the function gives; undefined where it throws */
  function display<Value>(value: () => Value): Value | undefined {
    hasWithheld = true
    try {
      return value()
    } catch (error) {
      report(error)
      return undefined
    }
  }

  function callOf(toolCallId: string): ShownCall {
    return calls.get(toolCallId) ?? { toolCallId, toolName: '' }
  }

  /** Reasoning that is complete now. */
  function release(target: Target | undefined): readonly PartChunk[] {
    if (target?.mode !== 'hold' || target.head.type !== 'reasoning' || target.held === '') return []
    const { head, held } = target
    target.held = ''
    const body = typeof reasoning === 'function' ? display(() => reasoning(held)) : undefined
    if (typeof body !== 'string' || body === '') return []
    return [head.id === undefined ? { body } : { body, id: head.id }]
  }

  function shownInput(head: Head & { readonly type: 'input' }): Head {
    const target = byId.get(head.id)
    if (toolInputs === 'everything') return head
    const { input: given, ...rest } = head
    const text = target?.held ?? ''
    hasWithheld = true
    if (toolInputs === 'nothing' || (given === undefined && text === '')) return rest
    const input = display(() => toolInputs(given === undefined ? valueOf(text) : given, callOf(head.id)))
    return { ...rest, ...(input !== undefined && { input }) }
  }

  function takeHead(head: Head): readonly PartChunk[] {
    switch (head.type) {
      case 'text':
        begin(head, 'pass', true)
        return [{ head }]
      case 'reasoning':
        begin(head, modeOf(reasoning), true)
        if (reasoning !== 'nothing') return [{ head: unsigned(head, modeOf(reasoning)) }]
        hasWithheld = true
        return []
      case 'tool':
        calls.set(head.id, { toolCallId: head.id, toolName: head.name })
        begin(head, modeOf(toolInputs), true)
        return [{ head }]
      case 'input':
        return [{ head: shownInput(head) }]
      case 'output':
        begin(head, modeOf(toolOutputs), false)
        return [{ head }]
      case 'fault':
      case 'data':
      case 'custom':
      case 'meta':
        begin(head, 'pass', false)
        return [{ head }]
      case 'file':
        if (head.reasoning !== true || reasoning !== 'nothing') return [{ head }]
        hasWithheld = true
        return []
      case 'end': {
        const target = head.id === undefined ? open : byId.get(head.id)
        if (head.id !== undefined) byId.delete(head.id)
        const isHidden = target?.mode === 'drop' && target.head.type === 'reasoning'
        const shown = target?.head.type === 'reasoning' ? unsigned(head, target.mode) : head
        return isHidden ? [] : [...release(target), { head: shown }]
      }
      default:
        return [{ head }]
    }
  }

  function takeBody(chunk: Extract<PartChunk, { readonly body: string }>): readonly PartChunk[] {
    const { id, body } = chunk
    const target = id === undefined ? open : byId.get(id)
    if (!target) return [chunk]
    const { mode, head } = target
    if (mode === 'pass') return [chunk]
    hasWithheld = true
    if (mode === 'hold' && head.type !== 'output') target.held += body
    if (head.type !== 'output' || typeof toolOutputs !== 'function') return []
    const output = display(() => JSON.stringify(toolOutputs(valueOf(body), callOf(head.id))))
    return typeof output === 'string' ? [{ body: output }] : []
  }

  return {
    take(chunk) {
      if (!('head' in chunk)) return takeBody(chunk)
      const { head } = chunk
      // Reasoning without an id is complete when another part starts.
      const isAside = head.type === 'source' || head.type === 'cite' || head.type === 'file' || head.type === 'end'
      const before = isAside || open?.head.type !== 'reasoning' || open.head.id !== undefined ? [] : release(open)
      return [
        ...before,
        ...takeHead(head).map((shown) => withoutProvider('head' in shown && shown.head === head ? chunk : shown)),
      ]
    },
    rest: () => [open, ...byId.values()].flatMap(release),
    get hasWithheld() {
      return hasWithheld
    },
  }

  function withoutProvider(chunk: PartChunk): PartChunk {
    if (providerMetadata !== 'nothing' || !('head' in chunk) || !('provider' in chunk.head)) return chunk
    const { provider: _, ...head } = chunk.head
    hasWithheld = true
    return { head: head as Head } // `provider` is optional in each.
  }
}

/** What the text of a JSON body says; the text where it is none. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A signature is of the text that the model wrote. Behind another text a provider would refuse the next request. */
function unsigned(head: Head, mode: Target['mode']): Head {
  if (mode !== 'hold' || !('provider' in head)) return head
  const { provider: _, ...rest } = head
  return rest as Head // `provider` is optional in every head.
}
