import type { ConversationEvent } from '@streamfold/core'
import type { ConversationTransport, Effect, HistoryPage, TransportMessage } from '@streamfold/core/transport'
import { normalise } from '@streamfold/core'
import { ConversationError, reasonOf } from '../conversation-error.ts'
import type { Reading } from './reading.ts'

export interface HistoryReaderOptions {
  readonly transport: ConversationTransport
  /** How messages are parsed; called for every page. */
  readonly reading: () => Reading
  /** How many messages to read if none are known. */
  readonly history: () => number
  /** The serial up to which messages are known without having been read. */
  readonly since: () => string | undefined
  /**
   * The oldest message that was known before the attachment. Only history has its later changes: an archive does not have edits and
   * deletes that happened after it was read.
   */
  readonly oldest: () => string | undefined
  /** The number of messages in the conversation. */
  readonly count: () => number
  /** Whether the attachment existed before this reader subscribed, so that its first deliveries are lost. */
  readonly joinedLate: () => boolean
  /** @param messages the messages of the events, by index */
  readonly receive: (events: readonly ConversationEvent[], messages?: readonly TransportMessage[]) => void
}

export interface HistoryReader {
  /** Performs a `fetchHistory` effect and reports its end, unless `signal` aborts first. */
  fetch(effect: FetchHistory, signal: AbortSignal): Promise<void>
  /** Reads more after the last read, if more messages are wanted than it read. */
  readMore(): Promise<void>
  /** Reads until a page has a new message or there is no older page. @throws ConversationError `older-unread` */
  loadOlder(): Promise<void>
}

export function createHistoryReader(options: HistoryReaderOptions): HistoryReader {
  const { transport, receive } = options
  /** The oldest page read that has an older one behind it. */
  let oldest: HistoryPage | undefined
  let reading: Promise<void> = Promise.resolve()
  let loading: Promise<void> | undefined
  /** How many messages the last read asked for. */
  let wantedBefore = Infinity

  const read = (page: HistoryPage) => snapshots(page, options.reading())

  async function readDown({ downTo }: FetchHistory, signal: AbortSignal): Promise<void> {
    try {
      // After an earlier read, exactly the known messages are read again.
      const count = downTo === undefined && options.since() === undefined ? options.history() : 0
      wantedBefore = count
      const down = downTo ?? lesser(options.since(), options.oldest())
      // Pages are read one after the other, so ask for all known messages at once, as far as the service allows.
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
      // A page that only has messages of the rewind is not a page of older messages.
      news = options.count() > before
      // A recovery that ran meanwhile has its own oldest page.
      if (oldest !== from) return
      oldest = page?.hasNext() ? page : undefined
      receive([{ type: 'history', state: 'older', hasOlder: oldest !== undefined }])
    }
  }

  async function readMore(): Promise<void> {
    await reading
    const wanted = options.history()
    if (!oldest || wanted <= wantedBefore || options.count() >= wanted) return
    wantedBefore = wanted
    try {
      const page = await transport.history({ limit: Math.min(wanted, 1_000), untilAttach: !options.joinedLate() })
      oldest = page.hasNext() ? page : undefined
      receive([...read(page), { type: 'history', state: 'older', hasOlder: oldest !== undefined }], page.items)
    } catch {
      // `hasOlder` is still true, so `loadOlder` can read them and report the error.
    }
  }

  return {
    readMore,
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

/** Whether a page contains a message, or has passed its place. */
export function reaches(page: HistoryPage, downTo: string | undefined): boolean {
  const serial = page.items.at(-1)?.serial
  return downTo === undefined || (serial !== undefined && serial <= downTo)
}
