import type { DataPart, FilePart, Message, MessagePart, ReasoningPart } from '@streamfold/core'
import { isSettled } from '../chat/message-view.ts'
import type { NumberedSource } from './sources.ts'
import { numberSources } from './sources.ts'
import type { AnyToolPart } from './tool-view.ts'
import { isToolPart } from './tool-view.ts'

/** What the apps draw for a part, or for sources that follow one another. */
export type PartBlock = { readonly key: string } & (
  | { readonly kind: 'text'; /** Place of the part in the message: its text is written from the store. */ readonly index: number }
  | { readonly kind: 'reasoning'; readonly index: number; readonly part: ReasoningPart }
  | { readonly kind: 'tool'; readonly part: AnyToolPart }
  | { readonly kind: 'sources'; readonly sources: readonly NumberedSource[] }
  | { readonly kind: 'file'; readonly part: FilePart }
  | { readonly kind: 'data'; readonly part: DataPart }
  | { readonly kind: 'steering'; /** The prompt that was taken in. */ readonly id: string }
)

/**
 * Makes the blocks of one message. A block is the same object while it looks the same, so its component need not render again.
 */
export function createPartBlocks(): (message: Message) => readonly PartBlock[] {
  let before: readonly PartBlock[] = []
  return (message) => {
    const known = new Map(before.map((block) => [block.key, block]))
    before = blocksOf(message).map((block) => {
      const old = known.get(block.key)
      return old && looksSame(old, block) ? old : block
    })
    return before
  }
}

/** Whether two versions of a message have the same blocks. Growing texts are written outside the components. */
export function sameParts(before: Message, after: Message): boolean {
  const { parts } = after
  return (
    before.status === after.status &&
    before.parts.length === parts.length &&
    before.parts.every((part, at) => part === parts[at] || growsOnly(part, parts[at]!))
  )
}

function growsOnly(before: MessagePart, after: MessagePart): boolean {
  if (before.type === 'text')
    return after.type === 'text' && before.state === after.state && isBlank(before.text) === isBlank(after.text)
  if (before.type === 'reasoning') return after.type === 'reasoning' && sameReasoning(before, after)
  return false
}

function sameReasoning(before: ReasoningPart, after: ReasoningPart): boolean {
  return before.state === after.state && before.durationMs === after.durationMs && isBlank(before.text) === isBlank(after.text)
}

function looksSame(before: PartBlock, after: PartBlock): boolean {
  switch (after.kind) {
    case 'text':
    case 'steering':
      return before.kind === after.kind
    case 'reasoning':
      return before.kind === 'reasoning' && sameReasoning(before.part, after.part)
    case 'sources':
      return (
        before.kind === 'sources' &&
        before.sources.length === after.sources.length &&
        before.sources.every(({ part, number }, at) => part === after.sources[at]!.part && number === after.sources[at]!.number)
      )
    default:
      return 'part' in before && before.part === after.part
  }
}

function blocksOf(message: Message): readonly PartBlock[] {
  const { parts, role } = message
  const blocks: PartBlock[] = []
  const numbered = new Map(numberSources(parts).map((source) => [source.part, source]))
  let sources: NumberedSource[] | undefined
  for (const [index, part] of parts.entries()) {
    const { type } = part
    if (type === 'source-url' || type === 'source-document') {
      const source = numbered.get(part)
      // A growing text would push its sources down: they are shown when it is complete, or something follows it.
      if (!source || isLastText(parts, index)) continue
      if (sources) sources.push(source)
      else blocks.push({ key: `${index}-sources`, kind: 'sources', sources: (sources = [source]) })
      continue
    }
    const block = blockOf(part, index, parts.length, role)
    if (!block) continue
    sources = undefined
    blocks.push(block)
  }
  // The first text is written where the caret was.
  if (blocks.length === 0 && role === 'assistant' && !isSettled(message))
    return [{ key: '0-text', kind: 'text', index: Math.max(0, parts.length - 1) }]
  return blocks
}

function blockOf(part: MessagePart, index: number, count: number, role: Message['role']): PartBlock | undefined {
  const key = `${index}-${part.type}`
  switch (part.type) {
    case 'text':
      // A prompt's text is in its bubble. Blank lines between two tools need no room.
      if (role === 'user' || (isBlank(part.text) && (index < count - 1 || part.state === 'done'))) return undefined
      return { key, kind: 'text', index }
    case 'reasoning':
      return { key, kind: 'reasoning', index, part }
    case 'file':
    case 'reasoning-file':
      return { key, kind: 'file', part }
    case 'steering-message':
      return { key, kind: 'steering', id: part.id }
    // Neither says anything to a reader.
    case 'step-start':
    case 'custom':
    case 'source-url':
    case 'source-document':
      return undefined
    default:
      if (isToolPart(part)) return { key: `${key}-${part.toolCallId}`, kind: 'tool', part }
      return { key, kind: 'data', part: part as DataPart } // All other types have been handled.
  }
}

/** Whether the source at `index` and all after it follow a text that is still being written. */
function isLastText(parts: readonly MessagePart[], index: number): boolean {
  if (!parts.slice(index).every(isSource)) return false
  const before = parts.slice(0, index).findLast((part) => !isSource(part))
  return before?.type === 'text' && before.state === 'streaming'
}

function isSource({ type }: MessagePart): boolean {
  return type === 'source-url' || type === 'source-document'
}

function isBlank(text: string): boolean {
  return !/\S/.test(text)
}
