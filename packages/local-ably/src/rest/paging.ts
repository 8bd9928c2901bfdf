import { AblyError } from '../protocol/ably-error.ts'
import type { Page } from '../store/store.ts'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000

export function parsePage(query: URLSearchParams, direction: Page['direction']): Page {
  const asked = query.get('direction') ?? direction
  if (asked !== 'forwards' && asked !== 'backwards') throw badParam('direction', asked)
  const limit = numberParam(query, 'limit') ?? DEFAULT_LIMIT
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw badParam('limit', String(limit))
  const fromSerial = query.get('from_serial') ?? query.get('fromSerial')
  return {
    direction: asked,
    limit,
    cursor: query.get('cursor') ?? undefined,
    // A channel serial is the prefix of the serials of its messages; `~` sorts behind every index.
    until: fromSerial ? `${fromSerial}:~` : undefined,
    start: numberParam(query, 'start'),
    end: numberParam(query, 'end'),
  }
}

/** `Link` values; the client only follows `./word?query` addresses. */
export function pageLinks(word: string, query: URLSearchParams, next: string | undefined): readonly string[] {
  const link = (rel: string, cursor: string | undefined): string => {
    const params = new URLSearchParams(query)
    if (rel !== 'current') params.delete('cursor')
    if (cursor !== undefined) params.set('cursor', cursor)
    // Always a question mark, which the client's pattern requires.
    return `<./${word}?${params.toString()}>; rel="${rel}"`
  }
  const links = [link('first', undefined), link('current', undefined)]
  if (next !== undefined) links.push(link('next', next))
  return links
}

/** One page of a list held in memory, oldest first; the cursor is a position in it. */
export function slicePage<T>(
  items: readonly T[],
  page: Page,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const ordered = page.direction === 'forwards' ? items : items.toReversed()
  const start = Number(page.cursor ?? 0) || 0
  const end = start + page.limit
  return { items: ordered.slice(start, end), next: end < ordered.length ? String(end) : undefined }
}

function numberParam(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  const value = Number(text)
  if (Number.isNaN(value)) throw badParam(name, text)
  return value
}

function badParam(name: string, value: string): AblyError {
  return new AblyError(40003, 400, `unable to answer the query; ${name}=${value} is not valid`)
}
