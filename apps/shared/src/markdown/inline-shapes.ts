import type { Token } from 'markdown-it'
import { texts } from '../chat/texts.ts'
import { safeHref } from './safe-href.ts'
import type { Shape } from './shape.ts'
import { deepest, elementShape, textShape } from './shape.ts'

/** Tokens between two pauses. */
const pause = 1_024

/**
 * Makes the shapes of the text of a paragraph, heading or cell, with pauses. They load nothing and run nothing: an image is shown as a link to
 * it, and links lead only to web and mail addresses.
 *
 * @param open whether more text may follow: an address at the end is not a link yet, because the rest of it may be missing
 */
export function* inlineShapes(tokens: readonly Token[], open: boolean): Generator<void, Shape[]> {
  const root: Shape[] = []
  const stack: Shape[][] = [root]
  const unfinished = open && tokens.at(-1)?.markup === 'linkify' ? tokens.length - 3 : tokens.length
  for (const [index, token] of tokens.entries()) {
    if (index % pause === pause - 1) yield
    const into = stack.at(-1)!
    const flat = stack.length > deepest
    switch (token.type) {
      case 'softbreak':
        append(into, '\n')
        break
      case 'hardbreak':
        into.push(elementShape('br'))
        break
      case 'code_inline':
        into.push(elementShape('code', undefined, [textShape(token.content)]))
        break
      case 'image':
        into.push(...imageShapes(token, stack.length > 1 && insideLink(tokens, index)))
        break
      case 'link_open': {
        const link = index < unfinished && !flat ? anchor(token.attrGet('href'), token.attrGet('title')) : undefined
        if (link) into.push(link)
        stack.push(link?.children ?? into)
        break
      }
      default:
        if (token.nesting > 0) {
          const element = flat ? undefined : elementShape(token.tag)
          if (element) into.push(element)
          stack.push(element?.children ?? into)
        } else if (token.nesting < 0) stack.pop()
        else append(into, token.content)
    }
  }
  return root
}

type Attribute = ReturnType<Token['attrGet']>

function imageShapes(token: Token, linked: boolean): Shape[] {
  const alternative = [textShape(plainText(token.children ?? []))]
  const link = linked ? undefined : anchor(token.attrGet('src'), token.attrGet('title'))
  link?.children.push(...alternative)
  return link ? [link] : alternative
}

function insideLink(tokens: readonly Token[], index: number): boolean {
  let depth = 0
  for (let before = index - 1; before >= 0; before--) {
    if (tokens[before]!.type === 'link_close') depth--
    else if (tokens[before]!.type === 'link_open' && ++depth > 0) return true
  }
  return false
}

function plainText(tokens: readonly Token[]): string {
  return tokens
    .map(({ type, content, children }) => {
      if (type === 'image') return plainText(children ?? [])
      return type === 'softbreak' || type === 'hardbreak' ? '\n' : content
    })
    .join('')
}

/** A mark of `citedText`. A model that writes one itself makes a link to a source of its own message, or to nothing. */
const citation = /^#cite-(\d{1,4})$/

function anchor(address: Attribute, title: Attribute): Shape | undefined {
  const [cited, number] = citation.exec(String(address ?? '')) ?? []
  if (cited !== undefined) return elementShape('a', { href: cited, class: 'cite', 'aria-label': `${texts.source} ${number}` })
  const href = safeHref(String(address ?? ''))
  if (href === undefined) return undefined
  const attributes = { href, target: '_blank', rel: 'noopener noreferrer nofollow', ...(title && { title: String(title) }) }
  return elementShape('a', attributes)
}

/** Adds a text. All text between two elements is one text node, which grows in its place. */
export function append(into: Shape[], text: string): void {
  if (text === '') return
  const last = into.at(-1)
  if (last?.kind === 'text') into[into.length - 1] = textShape(last.text + text)
  else into.push(textShape(text))
}
