import type { ConversationEvent } from '@streamfold/core'
import type { ConversationTransport, Effect, HistoryPage, TransportMessage } from '@streamfold/core/transport'
import { normalise } from '@streamfold/core'
import { ConversationError, reasonOf } from './conversation-error.ts'
import type { Reading } from './reading.ts'

export interface HistoryReaderOptions {
  readonly transport: ConversationTransport
  /** How messages are read; asked with every page. */
  readonly reading: () => Reading
  /** Messages to read where none are known. */
  readonly history: () => number
  /** What is known without having been read reaches up to this serial. */
  readonly since: () => string | undefined
  /**
   * The oldest message that was known before there was an attachment. What has become of any of them since is only in history: an archive
   * does not know what was deleted after it was read.
   */
  readonly oldest: () => string | undefined
  /** How many messages the conversation has. */
  readonly count: () => number
  /** Whether the attachment had delivered to others before this reader listened: then what it brought is in no one's hands. */
  readonly joinedLate: () => boolean
  /** @param messages what the events were read from, by index. */
  readonly receive: (events: readonly ConversationEvent[], messages?: readonly TransportMessage[]) => void
}

export interface HistoryReader {
  /** Does a `fetchHistory` effect and reports its end, unless `signal` has ended it first. */
  fetch(effect: FetchHistory, signal: AbortSignal): Promise<void>
  /** Reads until a page has something new, or there is none. @throws ConversationError `older-unread`. */
  loadOlder(): Promise<void>
}

export function createHistoryReader(options: HistoryReaderOptions): HistoryReader {
  const { transport, receive } = options
  /** The oldest page read that has another behind it. */
  let oldest: HistoryPage | undefined
  let reading: Promise<void> = Promise.resolve()
  let loading: Promise<void> | undefined

  const read = (page: HistoryPage) => snapshots(page, options.reading())

  async function readDown({ downTo }: FetchHistory, signal: AbortSignal): Promise<void> {
    try {
      // Where something was read before, all of that is read again, and no more.
      const count = downTo === undefined && options.since() === undefined ? options.history() : 0
      const down = downTo ?? lesser(options.since(), options.oldest())
      // Each page waits for the one before, so all that is known is asked for at once, where the service gives as much.
      const wanted = down === undefined ? count : Math.max(count, options.count(), 100)
      const limit = Math.min(Math.max(wanted, 1), 1_000)
      let page: HistoryPage | null = await transport.history({ limit, untilAttach: !options.joinedLate() })
      let last = page
      for (let seen = 0; page && !signal.aborted;) {
        last = page
        receive(read(page), page.items)
        seen += page.items.length
        if (!page.hasNext() || (seen >= count && reaches(page, down))) break
        page = await page.next()
      }
      if (signal.aborted) return
      const hasOlder = last.hasNext()
      oldest = hasOlder ? last : undefined
      receive([{ type: 'history', state: 'loaded', hasOlder }])
    } catch (error) {
      if (!signal.aborted) receive([{ type: 'history', state: 'failed', error: reasonOf(error) }])
    }
  }

  async function readOlder(): Promise<void> {
    await reading
    for (let news = false; oldest && !news;) {
      const from: HistoryPage = oldest
      const page = await from.next().catch((cause: unknown) => {
        throw new ConversationError('older-unread', `unable to load older messages; ${reasonOf(cause)}: try again`, cause)
      })
      const before = options.count()
      if (page) receive(read(page), page.items)
      // What the rewind has brought already is nothing to whoever asks for older messages.
      news = options.count() > before
      // A recovery that read meanwhile knows its own oldest page.
      if (oldest !== from) return
      oldest = page?.hasNext() ? page : undefined
      receive([{ type: 'history', state: 'older', hasOlder: oldest !== undefined }])
    }
  }

  return {
    fetch(effect, signal) {
      return (reading = readDown(effect, signal))
    },
    loadOlder() {
      return (loading ??= readOlder().finally(() => (loading = undefined)))
    },
  }
}

type FetchHistory = Extract<Effect, { type: 'fetchHistory' }>

function lesser(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || other === undefined ? (one ?? other) : one < other ? one : other
}

export function snapshots(page: { readonly items: readonly unknown[] }, reading: Reading): readonly ConversationEvent[] {
  return page.items.map((message) => normalise(message, { ...reading, source: 'history' }))
}

/** Whether a page has a message, or has come by the place of one. */
export function reaches(page: HistoryPage, downTo: string | undefined): boolean {
  const serial = page.items.at(-1)?.serial
  return downTo === undefined || (serial !== undefined && serial <= downTo)
}
