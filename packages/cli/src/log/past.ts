import type { ConversationEvent } from '@streamfold/core'
import type { Stretch } from '../channel/follow.ts'

/** A page of history comes newest first, and is read by people. The fold does not mind. */
export function oldestFirst({ events, arrivals }: Stretch): Stretch {
  const sorted = events.slice()
  for (const [from, end] of pagesOf(events)) sorted.splice(from, end - from, ...sorted.slice(from, end).toReversed())
  return { events: sorted, arrivals }
}

/** Leaves out what was read before the channel was live. A conversation cannot do without, so some is read all the same. */
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

/** From where to where pages of history lie: a page is dispatched at once, with what is ignored in it. */
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
