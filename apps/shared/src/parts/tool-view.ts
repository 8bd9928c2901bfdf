import type { DynamicToolPart, MessagePart, ToolPart } from '@streamfold/core'
import { beginningOf } from '@streamfold/core/text'
import type { Tone } from '../chat/connection-view.ts'
import { texts } from '../chat/texts.ts'
import { oneLine, prettyJson, previewOf } from './json-text.ts'
import { inWords } from './words.ts'

export type AnyToolPart = ToolPart | DynamicToolPart

export function isToolPart(part: MessagePart): part is AnyToolPart {
  return part.type === 'dynamic-tool' || part.type.startsWith('tool-')
}

/** A tool card that is closed. */
export interface ToolView {
  readonly title: string
  readonly state: string
  readonly tone: Tone
  /** In one line: the input, and after it the output. */
  readonly preview: string
  /** A sentence that must be read: an error, or why an approval is requested; empty if there is none. */
  readonly notice: string
}

/** Characters of an error that are shown in a closed card. */
const longestNotice = 400

/** @param settled whether no more is expected of the response */
export function toolView(part: AnyToolPart, settled: boolean): ToolView {
  return { title: toolTitle(part), ...stateOf(part, settled), preview: preview(part), notice: notice(part) }
}

/** Whether `askView` says what the notice of a call says: why it is asked, or why it was denied. */
export function saysAsk({ approval, wanted, state }: AnyToolPart): boolean {
  return (approval !== undefined || wanted !== undefined) && state !== 'output-error'
}

/** The texts of an open card. */
export interface ToolDetails {
  readonly input: string
  /** Undefined if there is no output. */
  readonly output: string | undefined
  /** Why there is no output; empty if there is one, or may be. */
  readonly instead: string
}

export function toolDetails(part: AnyToolPart): ToolDetails {
  const { input, inputText, state, see, errorText } = part
  const hasOutput = state === 'output-available' && see === undefined
  return {
    input: input === undefined ? inputText : prettyJson(input),
    output: hasOutput ? prettyJson(part.output) : undefined,
    instead: see === undefined ? (errorText !== undefined && errorText.length > longestNotice ? errorText : '') : texts.tooLarge,
  }
}

/** The title of a tool, or its name in words. */
export function toolTitle(part: AnyToolPart): string {
  const { title } = part
  if (title !== undefined && title.trim() !== '') return title
  const name = part.type === 'dynamic-tool' ? part.toolName : part.type.slice('tool-'.length)
  return inWords(name) || texts.tool.name
}

function stateOf(part: AnyToolPart, settled: boolean): Pick<ToolView, 'state' | 'tone'> {
  const { state, running, preliminary, approval } = part
  const words = texts.tool
  switch (state) {
    case 'output-available':
      if (preliminary && !settled) return { state: words.preliminary, tone: 'busy' }
      return { state: words.done, tone: 'good' }
    case 'output-error':
      return { state: part.uncertain ? words.uncertain : words.failed, tone: 'bad' }
    case 'output-denied':
      return { state: words.denied, tone: 'quiet' }
    case 'interrupted':
      return { state: words.interrupted, tone: 'warn' }
  }
  if (settled) return { state: words.interrupted, tone: 'warn' }
  switch (state) {
    case 'input-streaming':
      return { state: words.writing, tone: 'busy' }
    case 'approval-requested':
      return { state: words.asked, tone: 'warn' }
    case 'approval-responded':
      if (approval?.approved === false) return { state: words.denied, tone: 'quiet' }
      return running ? { state: words.running, tone: 'busy' } : { state: words.approved, tone: 'busy' }
    case 'input-available':
      return { state: running ? words.running : part.wanted ? words.wanted : words.called, tone: 'busy' }
    default:
      return state satisfies never
  }
}

function preview(part: AnyToolPart): string {
  const { state, input, inputText } = part
  const asked = input === undefined ? oneLine(inputText) : previewOf(input, state === 'input-streaming')
  if (state !== 'output-available') return asked
  const result = part.see === undefined ? previewOf(part.output) : ''
  return result === '' ? asked : asked === '' ? result : `${asked} → ${result}`
}

function notice({ state, errorText, approval }: AnyToolPart): string {
  if (state === 'output-error') {
    const text = errorText?.trim() || texts.tool.noReason
    return text.length > longestNotice ? `${beginningOf(text, longestNotice)}…` : text
  }
  if (state === 'output-denied') return approval?.reason ?? errorText ?? ''
  if (state === 'approval-requested') return approval?.requestReason ?? ''
  return ''
}
