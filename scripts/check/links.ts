// Checks the links of documents: files, pages and headings must exist; for other hosts only the form is checked.
import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { nav, sidebar } from '../../docs/.vitepress/navigation.ts'
import { root } from '../workspace.ts'
import type { Document, Link } from './markdown.ts'
import { documents, readDocument } from './markdown.ts'

const pages = 'docs/pages/'

/** Finds links that lead nowhere, one line each. */
export function linkBreaches(): string[] {
  const all = documents()
  if (!all.some(({ path }) => path === `${pages}reference/core.md`)) {
    return ['docs/pages/reference is not there, so that no link to it can be followed: run pnpm build first']
  }
  return breachesOf([...all, navigation()], (path) => existsSync(root + path))
}

/** @param exists whether there is a file, by its path from the root */
export function breachesOf(all: readonly Document[], exists: (path: string) => boolean): string[] {
  const byPath = new Map(all.map((document) => [document.path, document]))
  return all.flatMap((document) =>
    document.links.flatMap((link) => {
      const reason = breach(document, link, byPath, exists)
      return reason === undefined ? [] : [`${document.path}:${link.line}: ${link.target} ${reason}`]
    }),
  )
}

function breach(
  from: Document,
  { target }: Link,
  byPath: ReadonlyMap<string, Document>,
  exists: (path: string) => boolean,
): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return malformed(target)
  const [file = '', anchor] = target.split('#')
  const onSite = from.path.startsWith(pages)
  const path = file === '' ? from.path : resolve(from.path, file, onSite)
  if (onSite && !path.startsWith(pages) && !path.startsWith('docs/.vitepress/')) {
    return 'is not on the site: pages link to pages, and name files of the repository in words'
  }
  const document = byPath.get(path)
  if (!document && !exists(path)) return 'is not there'
  if (anchor === undefined) return undefined
  if (!document) return 'names a heading in what is no document'
  return document.anchors.has(anchor) ? undefined : `is not a heading there; it has ${[...document.anchors].join(', ')}`
}

function resolve(from: string, file: string, onSite: boolean): string {
  if (!file.startsWith('/')) return posix.join(posix.dirname(from), file)
  // The site's own form: from its root, without extension.
  const path = posix.join(onSite ? pages : '', file)
  if (path.endsWith('/')) return `${path}index.md`
  return posix.extname(path) === '' && onSite ? `${path}.md` : path
}

function malformed(target: string): string | undefined {
  if (!URL.canParse(target)) return 'is no address'
  const { protocol, hostname } = new URL(target)
  if (protocol === 'https:' || protocol === 'mailto:') return undefined
  return protocol === 'http:' && hostname === 'localhost' ? undefined : 'is not https'
}

/** The links of the site's menus, as if a page had them. */
function navigation(): Document {
  const items = [...nav, ...sidebar.flatMap((part) => part.items)]
  const text = items.map(({ text: words, link }) => `[${words}](${link})`).join('\n')
  return readDocument(`${pages}the-menus.md`, text)
}
