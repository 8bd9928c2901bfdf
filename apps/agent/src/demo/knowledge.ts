import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One passage of the demo model. */
export interface Passage {
  /** The file's name without its ending. */
  readonly name: string
  readonly title: string
  /** Questions that it answers, as people ask them. */
  readonly asks: readonly string[]
  /** Markdown. */
  readonly text: string
}

/** The text that comes with the app: one Markdown file per passage, its questions in front matter. */
export function readKnowledge(folder = join(import.meta.dirname, 'knowledge')): readonly Passage[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => toPassage(file.slice(0, -'.md'.length), readFileSync(join(folder, file), 'utf8')))
}

function toPassage(name: string, file: string): Passage {
  const [, front = '', text = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(file.replaceAll('\r\n', '\n')) ?? []
  const fields = front.split('\n').map((line) => /^(\w+): (.*)$/.exec(line))
  const values = (field: string): string[] => fields.flatMap((match) => (match?.[1] === field ? [match[2] ?? ''] : []))
  const title = values('title')[0]
  if (title === undefined) throw new Error(`unable to read the passage ${name}; its front matter has no title`)
  return { name, title, asks: values('ask'), text: text.trim() }
}
