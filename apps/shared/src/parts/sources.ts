import type { MessagePart, SourceDocumentPart, SourceUrlPart } from '@streamfold/core'
import { safeHref } from '../markdown/safe-href.ts'

type SourcePart = SourceUrlPart | SourceDocumentPart

/** A source with the number by which the text refers to it. */
export interface NumberedSource {
  readonly number: number
  readonly part: SourcePart
}

/** Numbers the sources of a message in their order, each page once. */
export function numberSources(parts: readonly MessagePart[]): readonly NumberedSource[] {
  const listed = new Map<string, NumberedSource>()
  for (const part of parts) {
    if (part.type !== 'source-url' && part.type !== 'source-document') continue
    const name = nameOf(part)
    if (!listed.has(name)) listed.set(name, { number: listed.size + 1, part })
  }
  return [...listed.values()]
}

/** The number of each source id. Sources that are the same page share one. */
export function sourceNumbers(parts: readonly MessagePart[]): ReadonlyMap<string, number> {
  const numbers = new Map(numberSources(parts).map(({ part, number }) => [nameOf(part), number]))
  const byId = new Map<string, number>()
  for (const part of parts)
    if (part.type === 'source-url' || part.type === 'source-document') byId.set(part.sourceId, numbers.get(nameOf(part))!)
  return byId
}

function nameOf(part: SourcePart): string {
  return part.type === 'source-url' ? `url ${part.url}` : `id ${part.sourceId}`
}

export interface SourceView {
  readonly title: string
  /** Where it is: a host, or a file's name; empty if the title says it. */
  readonly place: string
  /** Undefined if a reader cannot safely follow it. */
  readonly href: string | undefined
}

export function sourceView(part: SourcePart): SourceView {
  if (part.type === 'source-document') return { title: part.title, place: part.filename ?? part.mediaType, href: undefined }
  const href = safeHref(part.url)
  const host = href === undefined ? '' : new URL(href).hostname.replace(/^www\./, '')
  const title = part.title?.trim() || host || part.url
  return { title, place: title === host ? '' : host, href }
}
