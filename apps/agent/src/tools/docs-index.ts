import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import MiniSearch from 'minisearch'

/** A page of the documentation that answers a query. */
interface FoundPage {
  /** The file below `docs/pages`. */
  readonly path: string
  readonly title: string
  /** Heading of the section. */
  readonly section: string
  readonly excerpt: string
}

interface DocsPage {
  readonly path: string
  readonly title: string
  readonly words: number
}

/** A search over the pages of the documentation that come with the repository. */
export interface DocsIndex {
  readonly pages: readonly DocsPage[]
  /** The best passages, of one page one. Empty where nothing fits. */
  search(query: string): readonly FoundPage[]
}

const LONGEST_QUERY = 200
const LONGEST_EXCERPT = 320
const MOST = 4

interface Section extends FoundPage {
  readonly id: number
  readonly text: string
}

/** @param folder Default: the repository's documentation. An index without pages where there is none. */
export function createDocsIndex(folder = join(import.meta.dirname, '../../../../docs/pages')): DocsIndex {
  const files = filesIn(folder)
  const pages = files.map((path) => ({ path, ...readPage(readFileSync(join(folder, path), 'utf8')) }))
  const sections = pages.flatMap(({ path, title, sections: found }) => found.map((section) => ({ path, title, ...section })))
  const numbered = sections.map((section, id): Section => ({ id, ...section, excerpt: '' }))
  const index = new MiniSearch<Section>({
    fields: ['title', 'section', 'text'],
    searchOptions: {
      boost: { title: 3, section: 2 },
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 5 ? 0.2 : false),
    },
  })
  index.addAll(numbered)
  return {
    pages: pages.map(({ path, title, sections: found }) => ({
      path,
      title,
      words: found.reduce((sum, { text }) => sum + text.split(/\s+/).length, 0),
    })),
    search(query) {
      const seen = new Set<string>()
      const found: FoundPage[] = []
      for (const { id, terms } of index.search(query.slice(0, LONGEST_QUERY))) {
        const { path, title, section, text } = numbered[Number(id)]! // The index has these only.
        if (seen.has(path)) continue
        seen.add(path)
        found.push({ path, title, section, excerpt: excerptOf(text, terms) })
        if (found.length === MOST) break
      }
      return found
    },
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return (
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((file) => file.replaceAll('\\', '/'))
        // The reference is generated, so it is not always there.
        .filter((file) => file.endsWith('.md') && !file.startsWith('reference/'))
        .sort()
    )
  } catch (error) {
    // The agent may be deployed without the documentation.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function readPage(file: string): {
  readonly title: string
  readonly sections: readonly { readonly section: string; readonly text: string }[]
} {
  const text = file
    .replaceAll('\r\n', '\n')
    .replace(/^---\n.*?\n---\n/s, '')
    .replace(/```.*?```/gs, '')
    .replace(/<figure.*?<\/figure>/gs, '')
  const title = /^# (.+)$/m.exec(text)?.[1] ?? 'Documentation'
  const sections = text.split(/^##+ /m).map((section, at) => {
    const [heading = '', ...lines] = section.split('\n')
    return {
      section: at === 0 ? title : plain(heading),
      text: plain((at === 0 ? section.replace(/^# .+$/m, '') : lines.join('\n')).trim()),
    }
  })
  return { title: plain(title), sections: sections.filter((section) => section.text !== '') }
}

/** Markdown as the text that it shows. */
function plain(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]*>/g, '')
    .replace(/^\s*(?:[-*] |\d+\. |> )/gm, '')
    .replace(/[*`|]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** The sentences around the first term that was found. */
function excerptOf(text: string, terms: readonly string[]): string {
  const sentences = text.split(/(?<=[.!?:]) /)
  const first = sentences.findIndex((sentence) => terms.some((term) => sentence.toLowerCase().includes(term)))
  const kept = sentences.slice(Math.max(0, first)).join(' ')
  return kept.length <= LONGEST_EXCERPT ? kept : `${kept.slice(0, kept.lastIndexOf(' ', LONGEST_EXCERPT))} …`
}
