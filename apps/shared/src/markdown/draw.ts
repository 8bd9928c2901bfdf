import { createBlock, nameLanguage } from './block.ts'
import { highlight } from './highlight.ts'
import type { Shape } from './shape.ts'
import { freshShape } from './shape.ts'

/** Nodes between two pauses. */
const pause = 64

/**
 * Makes the children of an element look like `after`, with pauses. A node stays where its shape stays: text grows in its
 * node, and what did not change is not touched.
 *
 * @param before what was drawn last, which need not be all that is in the element; the rest stands before it
 * @param after is written to: the shapes know their nodes then
 */
export function* draw(parent: HTMLElement, before: readonly Shape[], after: Shape[]): Generator<void> {
  for (let index = 0; index < after.length; index++) {
    const old = before[index]
    let shape = after[index]!
    if (old === shape) continue
    // Drawn elsewhere: two places cannot share a node.
    if (shape.outer) after[index] = shape = freshShape(shape)
    if (old?.outer && alike(old, shape)) yield* redraw(old, shape)
    else {
      create(shape)
      if (old?.outer) old.outer.replaceWith(shape.outer!)
      else if (index > 0) after[index - 1]!.outer!.after(shape.outer!)
      else parent.append(shape.outer!)
      if (shape.inner && shape.kind !== 'code') yield* draw(shape.inner, [], shape.children)
    }
    if (index % pause === pause - 1) yield
  }
  for (const { outer } of before.slice(after.length)) outer?.remove()
}

function alike(one: Shape, other: Shape): boolean {
  return one.kind === other.kind && one.tag === other.tag
}

function* redraw(old: Shape, shape: Shape): Generator<void> {
  shape.outer = old.outer!
  if (old.inner) shape.inner = old.inner
  if (shape.kind === 'text') return growText(shape.outer as Text, old.text, shape.text) // `alike`: both are texts.
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
  block.inner.textContent = shape.text
  nameLanguage(block, shape.attributes['language'] ?? '')
  if (shape.closed) colour(shape)
}

function redrawCode(old: Shape, shape: Shape): void {
  const inner = shape.inner!
  if (old.text !== shape.text) {
    const { firstChild } = inner
    if (firstChild instanceof Text && firstChild.data === old.text) growText(firstChild, old.text, shape.text)
    else inner.textContent = shape.text
  }
  const language = shape.attributes['language'] ?? ''
  if (old.attributes['language'] !== language) nameLanguage({ outer: shape.outer as HTMLElement, inner }, language) // Not a text.
  if (shape.closed && (!old.closed || old.text !== shape.text)) colour(shape)
}

function colour({ inner, attributes }: Shape): void {
  void highlight(inner!, attributes['language'] ?? '')
}

/** Growing a text node keeps a selection alive. */
function growText(node: Text, old: string, text: string): void {
  if (text === old) return
  if (text.startsWith(old)) node.appendData(text.slice(old.length))
  else if (old.startsWith(text)) node.deleteData(text.length, old.length - text.length)
  else node.data = text
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
