import type { ConversationEvent } from '@streamfold/core'
import type { Stretch } from '../channel/follow.ts'

/** Reverses a page of history, which arrives newest first, for people to read. The fold accepts any order. */
export function oldestFirst({ events, arrivals }: Stretch): Stretch {
  const sorted = events.slice()
  for (const [from, end] of pagesOf(events)) sorted.splice(from, end - from, ...sorted.slice(from, end).toReversed())
  return { events: sorted, arrivals }
}

/** Drops events that were read before the channel was live. A conversation needs some history, so some is always read. */
export function withoutPast(): (stretch: Stretch) => Stretch {
  let live = false
  return (stretch) => {
    if (live) return stretch
    live = stretch.events.some(({ type }) => type === 'history')
    const pages = pagesOf(stretch.events)
    const kept = (_: unknown, index: number) => !pages.some(([from, end]) => index >= from && index < end)
    return { events: stretch.events.filter(kept), arrivals: stretch.arrivals.filter(kept) }
  }
}

/** The ranges of history pages: each page is one dispatch, with its ignored messages. */
function pagesOf(events: readonly ConversationEvent[]): readonly (readonly [number, number])[] {
  const pages: [number, number][] = []
  for (let from = 0; from < events.length; from++) {
    let end = from
    while (mayBeRead(events[end])) end++
    if (events.slice(from, end).some(isHistory)) pages.push([from, end])
    from = Math.max(from, end)
  }
  return pages
}

function mayBeRead(event: ConversationEvent | undefined): boolean {
  return event !== undefined && (isHistory(event) || event.type === 'ignored' || event.type === 'cancel')
}

function isHistory(event: ConversationEvent): boolean {
  return event.type === 'snapshot' && event.source === 'history'
}
