import type { DynamicToolPart, MessagePart, ToolPart } from '../protocol/part.ts'

/** How one part of a message differs from an earlier state of it. */
export interface PartChange {
  readonly type: 'added' | 'removed' | 'changed'
  /** The part after the change; of a removed part, before it. */
  readonly part: MessagePart
  /** In words, such as `12 characters of reasoning`. They contain names that a model or a tool gave. */
  readonly words: readonly string[]
  /** What was added at the end of a text part. */
  readonly text?: string
}

type AnyTool = ToolPart | DynamicToolPart

/** Compares the parts of two states of a message, in their order. Parts are paired by their id, or else by their type and place. */
export function partChanges(before: readonly MessagePart[], after: readonly MessagePart[]): readonly PartChange[] {
  if (before === after) return []
  const old = keyed(before)
  const changes: PartChange[] = []
  for (const [key, part] of keyed(after)) {
    const was = old.get(key)
    old.delete(key)
    if (was === part) continue
    const change = was ? changed(was, part) : added(part)
    if (change.words.length > 0) changes.push(change)
  }
  return [
    ...changes,
    ...[...old.values()].map((part) => ({ type: 'removed', part, words: [`${partName(part)} is gone`] }) as const),
  ]
}

/** A part's name, such as `the call of search`. It contains names that a model or a tool gave. */
export function partName(part: MessagePart): string {
  if (isTool(part)) return `the call of ${toolName(part)}`
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return `the ${part.type}`
    case 'source-url':
      return `the source ${part.title ?? part.url}`
    case 'source-document':
      return `the source ${part.title}`
    case 'file':
    case 'reasoning-file':
      return `the file ${part.filename ?? part.mediaType}`
    case 'custom':
      return `the content ${part.kind}`
    case 'step-start':
      return 'a step'
    case 'steering-message':
      return 'a prompt taken in'
    default:
      return `the data ${part.type.slice('data-'.length)}`
  }
}

/** Whether a part is a call of a tool. */
export function isTool(part: MessagePart): part is AnyTool {
  return 'toolCallId' in part
}

/** The name of a call's tool. */
export function toolName(part: AnyTool): string {
  return part.type === 'dynamic-tool' ? (part as DynamicToolPart).toolName : part.type.slice('tool-'.length)
}

/** `1 character`, `1,200 characters`. */
export function characters(count: number): string {
  return count === 1 ? '1 character' : `${count.toLocaleString('en')} characters`
}

function keyed(parts: readonly MessagePart[]): Map<string, MessagePart> {
  const count = new Map<string, number>()
  return new Map(
    parts.map((part) => {
      const id = idOf(part)
      const kind = id === undefined ? part.type : `${part.type} ${id}`
      const at = count.get(kind) ?? 0
      count.set(kind, at + 1)
      return [`${at} ${kind}`, part]
    }),
  )
}

function idOf(part: MessagePart): string | undefined {
  if ('toolCallId' in part) return part.toolCallId
  if ('sourceId' in part) return part.sourceId
  return 'id' in part ? part.id : undefined
}

function added(part: MessagePart): PartChange {
  if (isTool(part)) return { type: 'added', part, words: [`a call of ${toolName(part)}`, ...toolWords(undefined, part)] }
  if (part.type === 'text' || part.type === 'reasoning') return { type: 'added', part, ...textWords(undefined, part) }
  return { type: 'added', part, words: [partName(part)] }
}

function changed(was: MessagePart, part: MessagePart): PartChange {
  const type = 'changed'
  if (isTool(part) && isTool(was)) return { type, part, words: toolWords(was, part) }
  if (isText(part) && isText(was)) return { type, part, ...textWords(was, part) }
  if (JSON.stringify(was) === JSON.stringify(part)) return { type, part, words: [] }
  const isComplete = 'state' in part && 'state' in was && was.state === 'streaming' && part.state === 'done'
  return { type, part, words: [`${partName(part)} ${isComplete ? 'is complete' : 'changes'}`] }
}

type Texts = Extract<MessagePart, { readonly type: 'text' | 'reasoning' }>

function isText(part: MessagePart): part is Texts {
  return part.type === 'text' || part.type === 'reasoning'
}

function textWords(was: Texts | undefined, part: Texts): Pick<PartChange, 'words' | 'text'> {
  const words: string[] = []
  const { length } = was?.text ?? ''
  const text = part.text.startsWith(was?.text ?? '') ? part.text.slice(length) : undefined
  if (text === undefined) words.push(`another ${part.type}`)
  else if (text !== '') words.push(`${characters(text.length)} of ${part.type}`)
  if (part.type === 'reasoning' && part.durationMs !== undefined && durationOf(was) !== part.durationMs)
    words.push(
      `the reasoning is complete, after ${(part.durationMs / 1_000).toLocaleString('en', { maximumFractionDigits: 1 })} s`,
    )
  const cited = citationsOf(part) - citationsOf(was)
  if (cited !== 0)
    words.push(`${Math.abs(cited) === 1 ? 'a citation' : `${Math.abs(cited)} citations`}${cited < 0 ? ' fewer' : ''}`)
  const isPlain = part.type === 'text' && text !== undefined && text !== '' && words.length === 1
  return { words, ...(isPlain && { text }) }
}

function durationOf(part: Texts | undefined): number | undefined {
  return part?.type === 'reasoning' ? part.durationMs : undefined
}

function citationsOf(part: Texts | undefined): number {
  return part?.type === 'text' ? (part.citations?.length ?? 0) : 0
}

function toolWords(was: AnyTool | undefined, part: AnyTool): readonly string[] {
  const name = toolName(part)
  const words: string[] = []
  const { length } = was?.inputText ?? ''
  if (!part.inputText.startsWith(was?.inputText ?? '')) words.push(`another input of ${name}`)
  else if (part.inputText.length > length) words.push(`${characters(part.inputText.length - length)} of the input of ${name}`)
  else if (was && was.state !== 'input-streaming' && !same(was.input, part.input)) words.push(`another input of ${name}`)
  const began = was === undefined || was.state === 'input-streaming'
  if (began && part.state !== 'input-streaming' && part.state !== 'interrupted') words.push(`the input of ${name} is complete`)
  if (part.approval && part.approval.approved !== was?.approval?.approved)
    words.push(
      `the call of ${name} is ${part.approval.approved ? 'approved' : 'refused'}${part.approval.by === undefined ? '' : ` by ${part.approval.by}`}`,
    )
  else if (part.approval && !was?.approval) words.push(`the call of ${name} waits for approval`)
  const { wanted } = part
  if (wanted && !was?.wanted) words.push(`the call of ${name} asks for an output`)
  else if (wanted?.by !== undefined && was?.wanted?.by !== wanted.by) words.push(`${wanted.by} answers the call of ${name}`)
  const late = lateOf(part) - lateOf(was)
  if (late > 0) words.push(late === 1 ? 'an answer came too late' : `${late} answers came too late`)
  if (part.running && !was?.running) words.push(`${name} is executed`)
  if (part.state !== was?.state) words.push(...resultWords(part, name))
  else if (part.state === 'output-available' && (!same(was.output, part.output) || was.preliminary !== part.preliminary))
    words.push(part.preliminary ? `another preliminary output of ${name}` : `another output of ${name}`)
  else if (part.errorText !== was.errorText) words.push(`another error of ${name}`)
  if (part.see !== undefined && was?.see === undefined) words.push(`the output of ${name} is in another message`)
  return words
}

function lateOf(part: AnyTool | undefined): number {
  return (part?.wanted ?? part?.approval)?.late?.length ?? 0
}

function resultWords(part: AnyTool, name: string): readonly string[] {
  switch (part.state) {
    case 'output-available':
      return [`the call of ${name} got ${part.preliminary ? 'a preliminary' : 'its'} output`]
    case 'output-error':
      return [`the call of ${name} failed`]
    case 'output-denied':
      return [`the call of ${name} was denied`]
    case 'interrupted':
      return [`the call of ${name} has no result`]
    default:
      return []
  }
}

function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
