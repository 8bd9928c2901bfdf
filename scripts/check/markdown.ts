import { globSync, readFileSync } from 'node:fs'
import Slugger from 'github-slugger'
import MarkdownIt from 'markdown-it'
import { root } from '../workspace.ts'

/** A Markdown file, with the parts that the checks use. */
export interface Document {
  /** From the root of the workspace. */
  readonly path: string
  readonly links: readonly Link[]
  /** Targets of `#…`: headings as GitHub and the site name them, and ids in HTML. */
  readonly anchors: ReadonlySet<string>
  readonly blocks: readonly Block[]
}

export interface Link {
  readonly target: string
  readonly line: number
}

export interface Block {
  readonly language: string
  /** The file it is, where its fence says so: ```ts [src/chat.ts] */
  readonly file: string | undefined
  readonly code: string
  /** Declarations that the block takes for given, from a comment before it: <!-- given: declare const … --> */
  readonly given: string
  /** The line of the document before its first. */
  readonly line: number
}

const markdown = new MarkdownIt({ html: true })
const frontmatter = /^---\n[\s\S]*?\n---\n/

/** Every document that people read: READMEs, guides, the pages of the site. Written ones first, then the generated reference. */
export function documents(): Document[] {
  const paths = ['*.md', '{packages,apps}/*/*.md', 'docs/pages/**/*.md'].flatMap((pattern) =>
    globSync(pattern, { cwd: root, exclude: (path) => path.includes('node_modules') }),
  )
  return paths.map((path) => readDocument(path.replaceAll('\\', '/'), readFileSync(root + path, 'utf8')))
}

export function readDocument(path: string, source: string): Document {
  // Blank lines in its place, so that lines stay lines.
  const text = source.replace(frontmatter, (head) => head.replaceAll(/[^\n]/g, ''))
  const links: Link[] = []
  const anchors = new Set<string>()
  const blocks: Block[] = []
  const slugger = new Slugger()
  let given = ''
  const tokens = markdown.parse(text, {})
  for (const [index, token] of tokens.entries()) {
    const line = (token.map?.[0] ?? 0) + 1
    const html = token.type === 'html_block' ? token.content : ''
    readHtml(html, line)
    if (token.type === 'fence') {
      const [language = '', ...rest] = token.info.trim().split(/\s+/)
      blocks.push({ language, file: /^\[(.+)\]$/.exec(rest.join(' '))?.[1], code: token.content, given, line })
    }
    if (token.type === 'heading_open') anchors.add(slugger.slug(plain(tokens[index + 1]?.children ?? [])))
    for (const child of token.children ?? []) {
      const target = child.attrGet('href') ?? child.attrGet('src')
      if (target !== null) links.push({ target: decodeURI(String(target)), line })
      if (child.type === 'html_inline') readHtml(child.content, line)
    }
    given = /<!--\s*given:([\s\S]*?)-->/.exec(html)?.[1]?.trim() ?? ''
  }
  return { path, links, anchors, blocks }

  function readHtml(html: string, line: number): void {
    for (const [, target] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) links.push({ target: target!, line })
    for (const [, id] of html.matchAll(/\sid="([^"]*)"/g)) anchors.add(id!)
  }
}

function plain(children: readonly { readonly type: string; readonly content: string }[]): string {
  return children
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('')
}
