import type { DynamicToolPart, MessagePart, ToolPart } from '@streamfold/core'
import { isBlank } from '../serve/prompt/is-blank.ts'
import type { Json, JsonFields } from './plain-json.ts'
import { plainJson, plainObject, wellFormed } from './plain-json.ts'

/** A call of a tool, with a result in any case: no provider accepts a call without one. */
export interface ToolCall {
  readonly type: 'call'
  /** Unique in the conversation. */
  readonly id: string
  readonly name: string
  readonly input: JsonFields
  readonly result: ToolResult
  readonly part: CallPart
}

export type ToolResult =
  | { readonly type: 'output'; readonly value: Json }
  /** The output exists, and the model cannot be given it. */
  | { readonly type: 'unavailable'; readonly text: string }
  | { readonly type: 'error'; readonly text: string }
  | { readonly type: 'denied'; readonly text: string }
  /** A person has approved the call, and its result is to come. */
  | { readonly type: 'approved'; readonly approvalId: string; readonly text: string }

export type CallPart = ToolPart | DynamicToolPart

export function isCall(part: MessagePart): part is CallPart {
  return 'toolCallId' in part
}

/** Names and ids that OpenAI and Anthropic accept; others fail the whole request. */
const LONGEST_NAME = 64
const LONGEST_ID = 40
const usable = /^[\w-]+$/

/** The last message, if it is a response that goes on. */
export interface GoingOn {
  readonly calls: readonly CallPart[]
  /** Outputs that the agent has, by the ids of calls without a result. */
  readonly results: Readonly<Record<string, unknown>>
}

/**
 * @param going its calls keep their ids where a provider takes them, because results are to come under them
 * @returns reads the calls of one conversation, in order
 */
export function createCallReader(going: GoingOn | undefined): (part: CallPart) => ToolCall {
  const taken = new Set<string>()
  const ofGoing = new Map<CallPart, string>()

  function idFor(id: string): string {
    // A result belongs to the call with its id, and some models count their calls from 1 in each answer.
    if (id.length <= LONGEST_ID && usable.test(id) && !taken.has(id)) return id
    const base = id.replace(/[^\w-]/g, '_').slice(0, LONGEST_ID - 8)
    let number = 2
    while (taken.has(`${base}_${number}`)) number++
    return `${base}_${number}`
  }

  function take(part: CallPart): string {
    const id = idFor(part.toolCallId)
    taken.add(id)
    return id
  }

  for (const part of going?.calls ?? []) ofGoing.set(part, take(part))

  return (part) => {
    const known = ofGoing.get(part)
    const id = known ?? take(part)
    const name = part.type === 'dynamic-tool' ? (part as DynamicToolPart).toolName : part.type.slice('tool-'.length)
    return {
      type: 'call',
      id,
      name: name.replace(/[^\w-]/g, '_').slice(0, LONGEST_NAME),
      input: inputOf(part),
      result: known === undefined ? resultOf(part) : resultSoFar(part, going?.results ?? {}),
      part,
    }
  }
}

/** Anthropic accepts objects only. */
function inputOf({ input }: CallPart): JsonFields {
  if (input === undefined || input === null) return {}
  return typeof input === 'object' && !Array.isArray(input) ? plainObject(input) : { input: plainJson(input) }
}

function resultOf(part: CallPart): ToolResult {
  const { state, approval, errorText, preliminary } = part
  if (state === 'output-available' && preliminary !== true) return outputOf(part)
  if (state === 'output-error') return { type: 'error', text: textOr(errorText, 'The tool failed.') }
  if (state === 'output-denied' || (state === 'approval-responded' && approval?.approved === false))
    return { type: 'denied', text: textOr(approval?.reason, 'The user did not allow this call.') }
  if (state === 'interrupted') return { type: 'error', text: 'The call was interrupted and has no result. It may have run.' }
  return { type: 'error', text: 'The call has no result yet.' }
}

/** The result of a call in a response that goes on. */
function resultSoFar(part: CallPart, results: Readonly<Record<string, unknown>>): ToolResult {
  const { toolCallId, state, approval } = part
  const isOpen = state === 'input-available' || state === 'approval-responded' || state === 'approval-requested'
  if (isOpen && Object.hasOwn(results, toolCallId)) {
    const given = results[toolCallId]
    return given instanceof Error
      ? { type: 'error', text: textOr(given.message, 'The tool failed.') }
      : { type: 'output', value: plainJson(given) }
  }
  return state === 'approval-responded' && approval?.approved === true
    ? { type: 'approved', approvalId: approval.id, text: 'The call was approved and has no result yet.' }
    : resultOf(part)
}

/** The ids under which a model is given the calls of a response that goes on, by their ids on the wire. */
export function givenIds(calls: readonly CallPart[]): ReadonlyMap<string, string> {
  const read = createCallReader({ calls, results: {} })
  return new Map(calls.map((part) => [part.toolCallId, read(part).id]))
}

/** A getter of the core gives undefined where the output is no JSON, or is in another message. */
function outputOf({ output }: CallPart): ToolResult {
  if (output === undefined) return { type: 'unavailable', text: 'The tool has run. Its result is not available here.' }
  return { type: 'output', value: plainJson(output) }
}

function textOr(text: string | undefined, otherwise: string): string {
  return text === undefined || isBlank(text) ? otherwise : wellFormed(text)
}

/** A result as text, never empty. */
export function textOfResult(result: ToolResult): string {
  if (result.type !== 'output') return result.text
  const text = typeof result.value === 'string' ? result.value : JSON.stringify(result.value)
  return isBlank(text) ? 'The result is empty.' : text
}
