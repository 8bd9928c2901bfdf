import type { MessagePart } from '@streamfold/core'
import { isTool, partName, toolName } from '@streamfold/core/log'
import { beginningOf, endOf } from '@streamfold/core/text'
import type { TemplateResult } from 'lit'
import { html, nothing } from 'lit'
import type { Call } from '../../model/calls.ts'

/** Parts and characters of JSON that are shown. */
const most = { parts: 200, json: 600 } as const

type Tool = Extract<MessagePart, { readonly toolCallId: string }>

export interface PartsOptions {
  /** How many characters of a text are shown, from its end. */
  readonly characters: number
  /** The calls of the message, for their times. */
  readonly calls: readonly Call[]
  /** Local time of the event with an index, in milliseconds. */
  readonly timeOf: (index: number) => number | undefined
}

/** The parts of a message. They are text to lit, so nothing in them is markup; nothing is loaded from another origin. */
export function messageParts(parts: readonly MessagePart[], options: PartsOptions): TemplateResult {
  const shown = parts.slice(-most.parts)
  return html`${parts.length > shown.length ? html`<p class="quiet">The newest ${shown.length} of ${parts.length} parts.</p>` : nothing}
  ${shown.map((part) => partItem(part, options))}`
}

function partItem(part: MessagePart, options: PartsOptions): TemplateResult | typeof nothing {
  if (isTool(part)) return toolItem(part, options)
  const { characters } = options
  switch (part.type) {
    case 'text':
      return html`<p class="text" dir="auto">${end(part.text, characters)}</p>`
    case 'reasoning':
      return html`<div class="part" data-part="reasoning">
        <p class="part-head">reasoning${part.durationMs === undefined ? '' : `, ${seconds(part.durationMs)}`}</p>
        <p class="text quiet" dir="auto">${end(part.text, characters)}</p>
      </div>`
    case 'source-url':
      return line('source', part.title === undefined ? part.url : `${part.title} – ${part.url}`)
    case 'file':
    case 'reasoning-file':
      return line('file', `${part.filename ?? ''} ${part.mediaType} ${beginningOf(part.url, most.json)}`.trim())
    case 'source-document':
      return line('source', part.filename === undefined ? part.title : `${part.title} – ${part.filename}`)
    case 'step-start':
      return html`<p class="part-head" data-part="step">step</p>`
    case 'steering-message':
      return line('prompt', `${part.id} is taken in`)
    case 'custom':
      return line(part.kind, json(part.data))
    default:
      return line(partName(part), json(part.data))
  }
}

function toolItem(part: Tool, options: PartsOptions): TemplateResult {
  const { state, inputText, errorText, approval } = part
  const input = inputText === '' ? json(part.input) : cut(inputText)
  const times = timesOf(part, options)
  return html`<div class="part" data-part="tool" data-testid="tool-part">
    <p class="part-head">
      <b>${beginningOf(toolName(part), 80)}</b>
      <span class="chip" data-state=${chips[state] ?? ''}>${part.running ? 'running' : state}</span>
      ${times === '' ? nothing : html`<span class="numbers">${times}</span>`}
    </p>
    <dl class="fields">
      ${input === '' ? nothing : field('input', input)}
      ${approval?.approved === undefined ? nothing : field('approval', `${approval.approved ? 'approved' : 'refused'}${approval.by === undefined ? '' : ` by ${approval.by}`}`)}
      ${part.output === undefined ? nothing : field(part.preliminary ? 'output so far' : 'output', outputOf(part))}
      ${errorText === undefined ? nothing : field('error', cut(errorText))}
      ${part.see === undefined ? nothing : field('output', `in the message ${part.see}`)}
    </dl>
  </div>`
}

const chips: Partial<Record<Tool['state'], string>> = {
  'input-streaming': 'streaming',
  'approval-requested': 'stalled',
  'output-error': 'failed',
  'output-denied': 'failed',
  interrupted: 'gapped',
}

/** How long the input took, and then the execution. */
function timesOf(part: Tool, { calls, timeOf }: PartsOptions): string {
  const call = calls.find(({ id }) => id === part.toolCallId)
  if (!call) return ''
  const [from, input, to] = [call.from, call.input, call.to].map((index) => (index === undefined ? undefined : timeOf(index)))
  const times = [
    ...(from === undefined || input === undefined ? [] : [`input ${seconds(input - from)}`]),
    ...(input === undefined || to === undefined || part.state === 'interrupted' ? [] : [`result after ${seconds(to - input)}`]),
  ]
  return times.join(', ')
}

function field(name: string, value: string): TemplateResult {
  return html`<dt>${name}</dt>
    <dd dir="auto">${value}</dd>`
}

function line(name: string, value: string): TemplateResult {
  return html`<p class="part-line"><span class="quiet">${name}</span> ${cut(value)}</p>`
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toLocaleString('en', { maximumFractionDigits: 1 })} s`
}

/** Kept, because a conversation that is live is drawn with each frame, and an output may be long. */
const outputs = new WeakMap<Tool, string>()

function outputOf(part: Tool): string {
  let text = outputs.get(part)
  if (text === undefined) outputs.set(part, (text = json(part.output)))
  return text
}

function json(value: unknown): string {
  return value === undefined ? '' : cut(JSON.stringify(value) ?? '')
}

function cut(text: string): string {
  return text.length > most.json ? `${beginningOf(text, most.json)}…` : text
}

function end(text: string, characters: number): string {
  return text.length > characters ? `…${endOf(text, characters)}` : text
}
