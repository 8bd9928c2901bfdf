import type { MessagePart, ReasoningPart, TextPart } from '@streamfold/core'
import { wellFormed } from './plain-json.ts'
import type { CallPart } from './tool-call.ts'

export interface Words {
  readonly type: 'words'
  readonly text: string
}

export interface Thought {
  readonly type: 'thought'
  readonly text: string
  readonly metadata: ReasoningPart['providerMetadata']
}

export type Piece = Words | Thought | { readonly type: 'part'; readonly part: CallPart }

/** Adds text, to the text before it if there is one. */
export function addWords<P extends { readonly type: string }>(to: (P | Words)[], more: Words, between: string): void {
  const last = to.at(-1)
  if (last?.type === 'words') to[to.length - 1] = { type: 'words', text: (last as Words).text + between + more.text }
  else to.push(more)
}

export function words(text: string): Words {
  return { type: 'words', text: wellFormed(text) }
}

// A product may name its data and tools as it likes, so the type alone does not say what a part is to the compiler.
export function isText(part: MessagePart): part is TextPart {
  return part.type === 'text'
}

/** Whether text behind the part belongs to the text before it; the core joins texts alike. */
export function continuesText(part: MessagePart, isAdjacent: boolean): boolean {
  return isText(part) || (isAdjacent && part.type.startsWith('source-'))
}
