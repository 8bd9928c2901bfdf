import { createBlock, nameLanguage } from './block.ts'
import { drawCode, growText } from './draw-code.ts'
import { highlight } from './highlight.ts'
import type { Shape } from './shape.ts'
import { costOf, freshShape } from './shape.ts'

/** Elements between two pauses. */
const pause = 32

/** Elements that a browser can lay out in a frame. */
const perFrame = 400

let sincePause = 0
let inFrame = 0

export function beginFrame(): void {
  inFrame = 0
}

/** Why `draw` pauses: `frame` if the browser has enough to lay out for this frame; otherwise so that other work can run. */
export type Pause = 'frame' | void

/**
 * Makes the children of an element look like `after`, with pauses. A node stays while its shape stays: text grows in its
 * node, and unchanged nodes are not touched.
 *
 * @param before the shapes that were drawn last. The element may have further nodes, before theirs
 * @param after the shapes to draw; they get their nodes
 */
export function* draw(parent: HTMLElement, before: readonly Shape[], after: Shape[]): Generator<Pause> {
  for (let index = 0; index < after.length; index++) {
    const old = before[index]
    let shape = after[index]!
    if (old === shape) continue
    // It was drawn in another place, and two places cannot share a node.
    if (shape.outer) after[index] = shape = freshShape(shape)
    if (old?.outer && alike(old, shape)) yield* redraw(old, shape)
    else {
      create(shape)
      count(shape)
      if (old?.outer) old.outer.replaceWith(shape.outer!)
      else if (index > 0) after[index - 1]!.outer!.after(shape.outer!)
      else parent.append(shape.outer!)
      if (shape.inner && shape.kind !== 'code') yield* draw(shape.inner, [], shape.children)
    }
    if (inFrame >= perFrame) {
      inFrame = 0
      yield 'frame'
    } else if (sincePause >= pause) {
      sincePause = 0
      yield
    }
  }
  for (const { outer } of before.slice(after.length)) outer?.remove()
}

function count(shape: Shape): void {
  const cost = costOf(shape)
  sincePause += cost
  inFrame += cost
}

function alike(one: Shape, other: Shape): boolean {
  return one.kind === other.kind && one.tag === other.tag
}

function* redraw(old: Shape, shape: Shape): Generator<Pause> {
  shape.outer = old.outer!
  if (old.inner) shape.inner = old.inner
  if (shape.kind === 'text') return growText(shape.outer as Text, shape.text) // `alike`: both are texts.
  if (shape.kind === 'code') return redrawCode(old, shape)
  setAttributes(shape.outer as HTMLElement, old.attributes, shape.attributes) // All but texts are elements.
  yield* draw(shape.inner!, old.children, shape.children)
}

function create(shape: Shape): void {
  if (shape.kind === 'text') {
    shape.outer = document.createTextNode(shape.text)
    return
  }
  const block = createBlock(shape)
  shape.outer = block.outer
  shape.inner = block.inner
  if (shape.kind !== 'code') return setAttributes(block.outer, {}, shape.attributes)
  shape.end = drawCode(block.inner, shape.text)
  nameLanguage(block, shape.attributes['language'] ?? '')
  if (shape.closed) colour(shape)
}

function redrawCode(old: Shape, shape: Shape): void {
  const inner = shape.inner!
  const grows = shape.text.startsWith(old.text) && old.end?.node.isConnected
  if (old.text === shape.text) shape.end = old.end!
  else if (grows) shape.end = drawCode(inner, shape.text, old.end)
  else {
    inner.replaceChildren()
    shape.end = drawCode(inner, shape.text)
  }
  const language = shape.attributes['language'] ?? ''
  if (old.attributes['language'] !== language) nameLanguage({ outer: shape.outer as HTMLElement, inner }, language) // Not a text.
  if (shape.closed && (!old.closed || old.text !== shape.text)) colour(shape)
}

function colour({ inner, attributes }: Shape): void {
  void highlight(inner!, attributes['language'] ?? '')
}

function setAttributes(
  element: HTMLElement,
  old: Readonly<Record<string, string>>,
  attributes: Readonly<Record<string, string>>,
): void {
  if (old === attributes) return
  for (const name of Object.keys(old)) if (!(name in attributes)) element.removeAttribute(name)
  for (const [name, value] of Object.entries(attributes)) if (old[name] !== value) element.setAttribute(name, value)
}
