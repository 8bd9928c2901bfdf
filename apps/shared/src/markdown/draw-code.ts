/** The last part of the code that was drawn: its node, and where its text begins. */
export interface CodeEnd {
  readonly node: Text
  readonly from: number
}

/** Code of up to so many characters is one text node and is coloured. Colouring more would hold up the page. */
export const longestColoured = 20_000

/** Characters of each further part: a browser lays out a part again when its text grows. */
const perPart = 8_192
const longestPart = 2 * perPart

/**
 * Writes code that continues the code that was drawn. Long code has several parts, each a block that ends with a line, so that
 * they look like one.
 *
 * @param last the result for the text before
 */
export function drawCode(code: HTMLElement, text: string, last?: CodeEnd): CodeEnd {
  let { node, from } = last ?? { node: appendText(code), from: 0 }
  for (;;) {
    const end = endOfPart(text, from)
    growText(node, text.slice(from, end))
    if (end === text.length) return { node, from }
    const part = document.createElement('span')
    part.className = 'code-part'
    code.append(part)
    node = appendText(part)
    from = end
  }
}

function appendText(parent: HTMLElement): Text {
  const node = document.createTextNode('')
  parent.append(node)
  return node
}

function endOfPart(text: string, from: number): number {
  const most = from === 0 ? longestColoured : perPart
  if (text.length - from <= most) return text.length
  const line = text.indexOf('\n', from + most) + 1
  if (line > 0 && line <= from + most + longestPart) return line
  const end = from + most + longestPart
  if (text.length <= end) return text.length
  return /[\uD800-\uDBFF]/.test(text[end - 1]!) ? end - 1 : end
}

/** Growing a text node keeps a selection alive. */
export function growText(node: Text, text: string): void {
  const old = node.data
  if (text === old) return
  // Chromium edits the layout of a text in place, in a time that grows with the square of the links and marks beside it: seconds for a thousand
  // links. Beside a node that it has not laid out yet, it lays out the whole paragraph instead, which takes a plain text no longer.
  const marker = document.createTextNode(' ')
  node.after(marker)
  if (text.startsWith(old)) node.appendData(text.slice(old.length))
  else if (old.startsWith(text)) node.deleteData(text.length, old.length - text.length)
  else node.data = text
  marker.remove()
}
