import { safeHref } from '../src/markdown/safe-href.ts'

/**
 * What a reader gets, as one line of text: blocks, marks, text, code and its language, where links lead. What differs here
 * by intention, whatever made the elements, is made the same:
 *
 * - headings: the page itself owns h1 and h2, so they begin at h3, and end at h6
 * - links lead to the web and to mail only; others are text
 * - images are links to them, because nothing of a model's text is fetched
 * - the last line break in a block of code is not part of it
 */
export function structureOf(element: Element): string {
  return inside(element)
}

/** The same of the HTML that another parser wrote. */
export function structureOfHtml(html: string): string {
  const page = document.implementation.createHTMLDocument()
  page.body.innerHTML = html
  for (const heading of page.body.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const level = Math.min(6, Number(heading.tagName[1]) + 2)
    heading.setAttribute('data-tag', `h${level}`)
  }
  return structureOf(page.body)
}

const blocks = 'p h1 h2 h3 h4 h5 h6 ul ol li blockquote hr pre table thead tbody tr th td'.split(' ')

function inside(element: Element): string {
  let text = ''
  for (const node of element.childNodes) {
    if (node.nodeType === 1) text += outside(node as Element)
    else if (node.nodeType === 3) text += escaped(node.textContent ?? '')
  }
  // White space at the edge of a block is not shown.
  return (
    text
      // The alternative text of an image may end with a line break that another follows.
      .replace(/[ \n]*\n[ \n]*/g, '\n')
      .replace(/<br>\s+/g, '<br>')
      .replace(/\s*(<\/?(?:p|h\d|ul|ol|li|blockquote|hr|pre|table|thead|tbody|tr|th|td)\b[^>]*>)\s*/g, '$1')
  )
}

function outside(element: Element): string {
  const tag = element.getAttribute('data-tag') ?? element.tagName.toLowerCase()
  switch (tag) {
    case 'button':
      return ''
    case 'div':
    case 'span':
      return element.className === 'code' ? code(element) : inside(element)
    case 'pre':
      return code(element)
    case 'a':
      return link(element.getAttribute('href'), inside(element), element)
    case 'img':
      return link(element.getAttribute('src'), escaped(element.getAttribute('alt') ?? ''), element)
    case 'input':
      return `<input${element.hasAttribute('checked') ? ' checked' : ''}>`
    case 'br':
      return '<br>'
    case 'del':
      return `<s>${inside(element)}</s>`
    case 'code':
      // Not white space that may be shown as one.
      return `<code>${escaped(element.textContent ?? '').replaceAll(' ', '·')}</code>`
    default:
      return blocks.includes(tag)
        ? `<${tag}${attributes(element, tag)}>${inside(element).trim()}</${tag}>`
        : `<${tag}>${inside(element)}</${tag}>`
  }
}

function attributes(element: Element, tag: string): string {
  if (tag === 'ol') return ` ${element.getAttribute('start') ?? '1'}`
  if (tag !== 'th' && tag !== 'td') return ''
  const written = `${element.getAttribute('data-align')} ${element.getAttribute('style')} ${element.getAttribute('align')}`
  return / ?(?:right|end)\b/.test(written) ? ' end' : written.includes('center') ? ' center' : ''
}

function code(element: Element): string {
  const inner = element.querySelector('code')
  const language =
    element.querySelector('.code-bar')?.getAttribute('data-language') ?? /language-(\S+)/.exec(inner?.className ?? '')?.[1] ?? ''
  const all = inner?.textContent ?? ''
  const text = quoted(element.className === 'code' ? all : all.replace(/\n$/, ''))
    .replaceAll(' ', '·')
    .replaceAll('\n', '⏎')
    .replaceAll('\t', '→')
  return `<pre ${language}>${text}</pre>`
}

function link(address: string | null, text: string, element: Element): string {
  const href = safeHref(address ?? '')
  if (href === undefined || element.parentElement?.closest('a[href]')) return text
  return `<a ${href}${element.getAttribute('title') ? ` "${escaped(element.getAttribute('title')!)}"` : ''}>${text}</a>`
}

/** A line ends with one break, whatever else is there. */
function escaped(text: string): string {
  return quoted(text.replace(/[ \n]*\n[ \n]*/g, '\n'))
}

function quoted(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›')
}
