import type { MessagePart } from '@streamfold/core'
import { isTool, partName, toolName } from '@streamfold/core/log'
import type { Format, Paint } from '../output.ts'
import { shorten, visible, visibleLines } from './visible.ts'

/** Columns of an input, an output or other JSON. */
const LONGEST = 100

type Tool = Extract<MessagePart, { readonly toolCallId: string }>

/** The parts of a message for people, one or more lines each, indented. */
export function formatParts(parts: readonly MessagePart[], paint: Paint): readonly string[] {
  return parts.flatMap((part) => formatPart(part, paint))
}

function formatPart(part: MessagePart, paint: Paint): readonly string[] {
  if (isTool(part)) return formatTool(part, paint)
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : indented(part.text)
    case 'reasoning': {
      const time = part.durationMs === undefined ? '' : ` for ${(part.durationMs / 1_000).toFixed(1)} s`
      return [`reasoning${time}${part.state === 'streaming' ? ', going on' : ''}`, ...lines(part.text)].map((line) =>
        paint('dim', `  ${line}`.trimEnd()),
      )
    }
    case 'source-url':
      return note('source', part.title === undefined ? part.url : `${part.title} (${part.url})`, paint)
    case 'source-document':
      return note('source', part.filename === undefined ? part.title : `${part.title} (${part.filename})`, paint)
    case 'file':
    case 'reasoning-file':
      return note(
        'file',
        [part.filename, part.mediaType, part.url, part.alt].filter((text) => text !== undefined).join(', '),
        paint,
      )
    case 'custom':
      return note('content', `${part.kind}: ${json(part.data)}`, paint)
    case 'step-start':
      return [paint('gray', '  step')]
    case 'steering-message':
      return note('prompt', `${part.id} is taken in`, paint)
    default:
      return note(
        'data',
        `${part.type.slice('data-'.length)}${part.state === 'streaming' ? ', going on' : ''}: ${json(part.data)}`,
        paint,
      )
  }
}

const states: Readonly<Record<Tool['state'], readonly [string, Format]>> = {
  'input-streaming': ['input streams', 'gray'],
  'input-available': ['input is complete', 'gray'],
  'approval-requested': ['waits for approval', 'yellow'],
  'approval-responded': ['approval decided', 'gray'],
  'output-available': ['done', 'green'],
  'output-error': ['failed', 'red'],
  'output-denied': ['denied', 'red'],
  interrupted: ['interrupted', 'red'],
}

function formatTool(part: Tool, paint: Paint): readonly string[] {
  const [word, format] = stateOf(part)
  const hasInput = part.inputText !== '' || part.input !== undefined
  const input = part.inputText === '' ? json(part.input) : short(part.inputText)
  return [
    `  ${paint('bold', short(part.title ?? toolName(part)))}  ${paint(format, part.preliminary ? 'preliminary output' : word)}`,
    ...(hasInput ? [`    input   ${input}`] : []),
    ...formatAnswers(part),
    ...(part.output === undefined ? [] : [`    output  ${json(part.output)}`]),
    ...(part.errorText === undefined ? [] : [paint('red', `    error   ${short(part.errorText)}`)]),
    ...(part.see === undefined ? [] : [`    output  in the message ${short(part.see)}`]),
  ]
}

function stateOf(part: Tool): readonly [string, Format] {
  if (part.running) return ['running', 'cyan']
  const { wanted, state } = part
  const waits = state === 'input-available' && wanted && wanted.answer === undefined && !wanted.auto && !wanted.pending
  return waits ? ['waits for its output', 'yellow'] : states[state]
}

/** The answer that counts, and those that came too late. */
function formatAnswers({ approval, wanted }: Tool): readonly string[] {
  const { by, late = [] } = approval ?? wanted ?? {}
  const who = (by: string | undefined) => (by === undefined ? '' : ` by ${short(by)}`)
  const reason = approval?.reason === undefined ? '' : `, ${short(approval.reason)}`
  const first = approval ? approval.approved !== undefined : wanted?.answer !== undefined
  const word = approval ? (approval.approved ? 'approved' : 'refused ') : 'answered'
  return [...(first ? [`    ${word}${who(by)}${reason}`] : []), ...late.map((answer) => `    too late${who(answer.by)}`)]
}

function note(kind: string, text: string, paint: Paint): readonly string[] {
  return [`  ${paint('gray', kind)}  ${short(text)}`]
}

/** A part on one line. */
export function partLine(part: MessagePart): string {
  if (isTool(part)) return `${partName(part)}, ${part.state}, input ${part.inputText || (JSON.stringify(part.input) ?? 'none')}`
  if ('text' in part) return `${partName(part)}: ${part.text}`
  return 'data' in part ? `${partName(part)}: ${JSON.stringify(part.data) ?? 'none'}` : partName(part)
}

function json(value: unknown): string {
  return short(value === undefined ? 'none' : (JSON.stringify(value) ?? 'none'))
}

function short(text: string): string {
  return shorten(visible(text.slice(0, LONGEST * 32)), LONGEST)
}

function indented(text: string): readonly string[] {
  return lines(text).map((line) => `  ${line}`.trimEnd())
}

function lines(text: string): readonly string[] {
  return text === '' ? [] : visibleLines(text).split('\n')
}
