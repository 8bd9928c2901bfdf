import type { Message } from '../protocol/message.ts'
import type { MessagePart } from '../protocol/part.ts'
import { isTool, partName } from './part-changes.ts'

/** A part as plain data that is short enough for a test: its type, its state, and its text or name. */
export interface PartOutline {
  readonly type: string
  readonly state?: string
  readonly text?: string
  readonly name?: string
  /** Of a call: its input as the model wrote it. */
  readonly input?: string
  /** Of a call: who answered. */
  readonly by?: string
}

/** The parts of a message in outline, for comparisons in tests; undefined if it is one plain text. */
export function outlineOf({ parts }: Message): readonly PartOutline[] | undefined {
  return parts.length > 1 || parts.some(({ type }) => type !== 'text') ? parts.map(outline) : undefined
}

function outline(part: MessagePart): PartOutline {
  const { type } = part
  if (isTool(part)) {
    const { state, inputText: input } = part
    const by = (part.wanted ?? part.approval)?.by
    return { type, state, ...(part.type === 'dynamic-tool' && { name: partName(part) }), input, ...(by !== undefined && { by }) }
  }
  if (part.type === 'text' || part.type === 'reasoning') return { type, state: part.state, text: part.text }
  if (part.type === 'step-start') return { type }
  const state = 'state' in part ? { state: part.state } : {}
  return { type, ...state, name: part.type === 'steering-message' ? part.id : partName(part) }
}
