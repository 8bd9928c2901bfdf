import type { CodeEnd } from './draw-code.ts'

/** How a part of the page should look, and its nodes once it is drawn. */
export interface Shape {
  readonly kind: 'text' | 'code' | 'table' | 'element'
  readonly tag: string
  /** Of a text or a block of code. */
  readonly text: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Shape[]
  /** Of a block of code: whether it is complete. */
  readonly closed: boolean
  /** The node, a child of the parent's node. */
  outer?: ChildNode
  /** The node that holds the children. */
  inner?: HTMLElement
  /** Of a block of code. */
  end?: CodeEnd
}

/** Deeper nesting of blocks, and of marks in a text, is drawn flat: no reader needs it, and a browser's layout recurses. */
export const deepest = 32

const none: Readonly<Record<string, string>> = {}

export function textShape(text: string): Shape {
  return { kind: 'text', tag: '', text, attributes: none, children: [], closed: true }
}

export function elementShape(tag: string, attributes = none, children: Shape[] = []): Shape {
  return { kind: tag === 'table' ? 'table' : 'element', tag, text: '', attributes, children, closed: true }
}

export function codeShape(text: string, language: string, closed: boolean): Shape {
  return { kind: 'code', tag: 'code', text, attributes: { language }, children: [], closed }
}

/** A copy that is not drawn yet. */
export function freshShape({ kind, tag, text, attributes, children, closed }: Shape): Shape {
  return { kind, tag, text, attributes, children: children.map(freshShape), closed }
}

/** The cost of the layout of a shape without its children, in elements. Tables and code cost more, because they scroll by themselves. */
export function costOf({ kind }: Shape): number {
  return { text: 0.25, element: 1, table: 4, code: 12 }[kind]
}
