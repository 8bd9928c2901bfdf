import type { LanguageModelV4Citation } from '@ai-sdk/provider'

/** A result of a tool, as the demo model is given it. */
export interface Finding {
  readonly tool: string
  readonly input: unknown
  readonly output: unknown
  /** Why the tool failed; undefined if it did not. */
  readonly error: string | undefined
}

type Fields = Readonly<Record<string, unknown>>

/** The answer from the results of tools, in Markdown; empty if there is none of a known tool. */
export function composeFindings(findings: readonly Finding[]): string {
  return findings
    .map(paragraphOf)
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')
}

/** Where the answer quotes pages that were found. */
export function quotedPages(findings: readonly Finding[], answer: string): LanguageModelV4Citation[] {
  const pages = findings.flatMap(({ tool, output }) => {
    const { pages: found } = fieldsOf(output)
    return tool === 'searchDocs' && Array.isArray(found) ? found.map(fieldsOf) : []
  })
  return pages.flatMap(({ path, title, excerpt }) => {
    const quote = String(excerpt)
    const startIndex = answer.indexOf(quote)
    if (startIndex < 0) return []
    const id = String(path)
    const named = { id, mediaType: 'text/markdown', title: String(title), filename: id }
    return [{ source: { type: 'source', sourceType: 'document', ...named }, startIndex, endIndex: startIndex + quote.length }]
  })
}

function paragraphOf({ tool, input, output, error }: Finding): string {
  if (error !== undefined) return `The tool \`${tool}\` failed: ${error.replace(/^\w*Error: /, '')}`
  const given = fieldsOf(input)
  const found = fieldsOf(output)
  switch (tool) {
    case 'searchDocs':
      return foundPages(String(given['query']), Array.isArray(found['pages']) ? found['pages'].map(fieldsOf) : [])
    case 'calculator':
      return `\`${String(found['expression'])}\` is **${String(found['value'])}**.`
    case 'chart':
      return aboutChart(Array.isArray(given['rows']) ? given['rows'].map(fieldsOf) : [])
    default:
      return ''
  }
}

function foundPages(query: string, pages: readonly Fields[]): string {
  if (pages.length === 0) return `The documentation has nothing about “${query}”.`
  const lines = pages.map(
    ({ title, section, excerpt }) =>
      `- **${String(title)}**${section === title ? '' : `, ${String(section)}`}: ${String(excerpt)}`,
  )
  return `The documentation says this about “${query}”:\n\n${lines.join('\n')}`
}

function aboutChart(rows: readonly Fields[]): string {
  const largest = rows.reduce((most, row) => (Number(row['value']) > Number(most['value']) ? row : most), rows[0] ?? {})
  return `The chart has ${rows.length} rows. The largest is ${String(largest['label'])}, with ${String(largest['value'])}.`
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {} // An object: each field is written as text.
}
