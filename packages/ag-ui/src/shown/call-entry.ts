import type { CallPart } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import { INTERRUPT } from '../carried.ts'
import type { CallEntry } from './entry.ts'

/** A call of a tool as AG-UI has it. @param id of its assistant message */
export function callEntry(part: CallPart, id: string, { id: messageId, status, finish }: Message): CallEntry {
  const { toolCallId, state, preliminary, title } = part
  const name = toolName(part)
  const open = state === 'input-streaming' && (status === 'streaming' || status === 'stalled' || status === 'abandoned')
  const about = title === undefined ? {} : { metadata: { streamfold: { title } } }
  const content = resultOf(part, finish)
  const failed = state === 'output-available' ? {} : { error: content ?? '' }
  return {
    kind: 'call',
    id,
    of: { messageId, toolCallId },
    open,
    message: {
      id,
      role: 'assistant',
      toolCalls: [{ id: toolCallId, type: 'function', function: { name, arguments: argumentsOf(part) }, ...about }],
    },
    ...(content !== undefined && { result: { id: `${id}/result`, role: 'tool', toolCallId, content, ...failed } }),
    ...(preliminary && { preliminary: part.output }),
  }
}

/** The name of the tool of a call. */
function toolName(part: CallPart): string {
  return part.type === 'dynamic-tool' ? part.toolName : part.type.slice('tool-'.length)
}

/** Whether a call is an interrupt of AG-UI that concerns no call. */
export function isInterrupt(part: CallPart): boolean {
  return toolName(part) === INTERRUPT
}

/** The text that the model wrote, unless the agent has given another input. */
function argumentsOf({ state, inputText, input }: CallPart): string {
  if (state === 'input-streaming') return inputText
  if (inputText === '') return input === undefined ? '' : JSON.stringify(input)
  try {
    const own: unknown = JSON.parse(inputText)
    return JSON.stringify(own) === JSON.stringify(input) ? inputText : JSON.stringify(input)
  } catch {
    // Its response ended before the input was complete, or the tool takes text that is no JSON.
    return inputText
  }
}

function resultOf({ state, output, errorText, approval, preliminary }: CallPart, finish: Message['finish']): string | undefined {
  switch (state) {
    case 'output-available':
      if (preliminary) return undefined
      if (output === undefined) return 'the output is too large to show here'
      return typeof output === 'string' ? output : JSON.stringify(output)
    case 'output-error':
      return errorText ?? 'the tool failed'
    case 'output-denied':
      return approval?.reason ?? 'the call was denied'
    case 'interrupted':
      // A run that ended with calls waits for its page.
      return finish === 'tool-calls' ? undefined : 'the answer ended before the tool gave a result'
    default:
      return undefined
  }
}
