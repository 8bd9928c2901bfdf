import type { Renderer } from 'streaming-markdown'
import { Attr, Token } from 'streaming-markdown'
import { createBlock, languageOf, nameLanguage } from './block.ts'
import { highlight } from './highlight.ts'
import { safeHref, trimSentence } from './safe-href.ts'
import { alignColumns } from './table.ts'

interface Open {
  readonly token: Token
  readonly node: HTMLElement
  /** Where a link leads, even when we do not. */
  address?: string
}

interface AheadRenderer extends Renderer<null> {
  /** Shows a character that the parser has not given yet, until it gives that or anything else. */
  showAhead(character: string | undefined): void
  /** The line below a table's head was read. */
  endHead(rule: string): void
}

/** Deeper nesting is drawn flat: no reader needs it, and a browser's layout recurses. */
const deepest = 32

/**
 * Turns the parser's tokens into nodes that only this file creates: no HTML is ever parsed, nothing is fetched, and a link
 * leads nowhere but to the web or to mail.
 *
 * @param pending the parser's undecided characters, which tell why a token ends.
 */
export function createRenderer(root: HTMLElement, pending: () => string): AheadRenderer {
  const open: Open[] = [{ token: Token.Document, node: root }]
  const top = (): Open => open.at(-1)!
  let ahead: { readonly text: Text; readonly character: string } | undefined

  /** @returns what of `text` is not on the page yet. */
  function settle(text = ''): string {
    if (!ahead) return text
    const { text: node, character } = ahead
    ahead = undefined
    if (text.startsWith(character) && top().node.lastChild === node) return text.slice(character.length)
    node.deleteData(node.length - character.length, character.length)
    return text
  }

  return {
    data: null,
    showAhead(character) {
      if (ahead?.character === character) return
      settle()
      if (character !== undefined) ahead = { text: appendText(top().node, character), character }
    },
    endHead(rule) {
      alignColumns(top().node, rule)
    },
    add_token(_, token) {
      settle()
      if (token === Token.Document) return
      const parent = top().node
      if (open.length > deepest) return void open.push({ token, node: parent })
      const { outer, inner } = createBlock(token, parent, parent === root)
      if (outer.parentNode !== parent) parent.append(outer)
      open.push({ token, node: inner })
    },
    end_token() {
      settle()
      if (open.length === 1) return
      const { token, node, address } = open.pop()!
      if (address !== undefined) link(node, address)
      else if (token === Token.Link) restoreBrackets(node, pending() === ']')
      else if (token === Token.Code_Fence) void highlight(node, languageOf(node))
    },
    add_text(_, text) {
      const rest = settle(text)
      if (rest !== '') appendText(top().node, rest)
    },
    set_attr(_, attr, value) {
      settle()
      const { token, node } = top()
      switch (attr) {
        case Attr.Href:
          // The rest of a bare address is still to come as text.
          top().address = token === Token.Raw_URL ? trimSentence(value) : value
          return
        case Attr.Lang:
          return nameLanguage(node, value)
        case Attr.Start:
          return node.setAttribute('start', value)
        case Attr.Checked:
          return node.setAttribute('checked', '')
        case Attr.Src:
          // Images are read as links (see `feed`), so that no text of a model makes the page fetch anything.
          return
      }
    },
  }
}

/** A link is one only at its end, when its address is known to be safe; until then, and otherwise, it is text. */
function link(node: HTMLElement, address: string): void {
  const href = safeHref(address)
  if (href === undefined || node.closest('a')) return
  const anchor = document.createElement('a')
  anchor.href = href
  anchor.target = '_blank'
  anchor.rel = 'noopener noreferrer nofollow'
  anchor.append(...node.childNodes)
  node.replaceWith(anchor)
}

/** `list[0]` is no link: the parser drops the brackets, the reader should not miss them. */
function restoreBrackets(node: HTMLElement, closed: boolean): void {
  const first = node.firstChild
  if (first instanceof Text) first.insertData(0, '[')
  else node.prepend('[')
  if (closed) appendText(node, ']')
}

/** Growing the last text node keeps a selection alive and the page free of a node per token. */
function appendText(node: HTMLElement, text: string): Text {
  const last = node.lastChild
  if (last instanceof Text) {
    last.appendData(text)
    return last
  }
  const begun = document.createTextNode(text)
  node.append(begun)
  return begun
}
