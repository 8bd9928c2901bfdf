import type { DynamicToolPart, MessagePart, ToolPart } from '@streamfold/core'
import { isBlank } from '../serve/is-blank.ts'
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

export type CallPart = ToolPart | DynamicToolPart

export function isCall(part: MessagePart): part is CallPart {
  return 'toolCallId' in part
}

/** Names and ids that OpenAI and Anthropic accept; others fail the whole request. */
const LONGEST_NAME = 64
const LONGEST_ID = 40
const usable = /^[\w-]+$/

/** @returns reads the calls of one conversation, in order */
export function createCallReader(): (part: CallPart) => ToolCall {
  const taken = new Set<string>()

  function idFor(id: string): string {
    // A result belongs to the call with its id, and some models count their calls from 1 in each answer.
    if (id.length <= LONGEST_ID && usable.test(id) && !taken.has(id)) return id
    const base = id.replace(/[^\w-]/g, '_').slice(0, LONGEST_ID - 8)
    let number = 2
    while (taken.has(`${base}_${number}`)) number++
    return `${base}_${number}`
  }

  return (part) => {
    const id = idFor(part.toolCallId)
    taken.add(id)
    const name = part.type === 'dynamic-tool' ? (part as DynamicToolPart).toolName : part.type.slice('tool-'.length)
    return {
      type: 'call',
      id,
      name: name.replace(/[^\w-]/g, '_').slice(0, LONGEST_NAME),
      input: inputOf(part),
      result: resultOf(part),
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
