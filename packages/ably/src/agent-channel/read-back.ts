import type { InboundMessage, PaginatedResult, RealtimeChannel } from 'ably'
import { reaches } from '@streamfold/client'

type Page = PaginatedResult<InboundMessage>

/** The most messages in one page of history. */
const PAGE = 1_000

/**
 * Reads a channel's history from its newest message: `count` messages, and further back to `downTo`.
 *
 * @returns whether there are older ones
 */
export async function readBack(
  channel: RealtimeChannel,
  { count, downTo }: { readonly count: number; readonly downTo: string | undefined },
  onPage: (page: Page) => void,
): Promise<boolean> {
  // Pages of equal size that together have `count` messages.
  const limit = count === Infinity ? PAGE : Math.ceil(count / Math.ceil(count / PAGE))
  let page: Page = await channel.history({ limit })
  for (let seen = 0, far = limit === PAGE; ;) {
    onPage(page)
    seen += page.items.length
    if (!page.hasNext() || (seen >= count && reaches(page, downTo))) return page.hasNext()
    const end = page.items.at(-1)?.timestamp
    if (seen >= count && !far && end !== undefined) {
      far = true
      // Pages are read one after the other, so use the largest. Messages of the same millisecond are read twice.
      page = await channel.history({ limit: PAGE, end: end + 1 })
      continue
    }
    const next = await page.next()
    if (!next) return false
    page = next
  }
}
