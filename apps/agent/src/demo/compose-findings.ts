import type { LanguageModelV4Citation } from '@ai-sdk/provider'
import * as v from 'valibot'
import { Place } from '../tools/people-tools.ts'

/** A result of a tool, as the demo model is given it. */
export interface Finding {
  readonly tool: string
  readonly input: unknown
  readonly output: unknown
  /** Why the tool failed; undefined if it did not. */
  readonly error: string | undefined
  /** A person denied the call. */
  readonly denied?: true
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

function paragraphOf({ tool, input, output, error, denied }: Finding): string {
  if (denied) return aboutDenial(tool, fieldsOf(input), error)
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
    case 'sendInvitation':
      return `The invitation to **${plain(given['to'])}** was sent. It has the number ${Number(found['number'])}.`
    case 'timeZoneAndLanguage':
      return aboutPlace(output)
    default:
      return ''
  }
}

function aboutDenial(tool: string, { to }: Fields, reason: string | undefined): string {
  const why = reason === undefined || reason.trim() === '' ? '' : ` The reason: ${plain(reason)}`
  const what = tool === 'sendInvitation' ? `The invitation to **${plain(to)}** was denied` : `The tool \`${tool}\` was denied`
  return `${what}, and nothing was sent.${why}`
}

/** What a person's page says is checked: anything may publish it. */
function aboutPlace(output: unknown): string {
  if (!v.is(Place, output)) return 'Your browser did not say where it is.'
  const { timeZone, languages } = output
  const spoken = languages.length === 0 ? '' : `, and prefers ${languages.map((language) => `\`${plain(language)}\``).join(', ')}`
  return `Your browser is in the time zone \`${plain(timeZone)}\`${spoken}.${timeIn(timeZone)}`
}

function timeIn(timeZone: string): string {
  try {
    return ` It is ${new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format()} there.`
  } catch {
    return '' // A time zone that this machine does not know.
  }
}

/** Words of others in one line, without marks of Markdown. */
function plain(value: unknown): string {
  return String(value)
    .replace(/[`*_[\]<>\\\s]+/g, ' ')
    .trim()
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
