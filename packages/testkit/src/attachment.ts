import type { RawMessage, ServerModel, StreamEntry } from './server-model.ts'

/** How the platform delivers mutations that it owes. Any choice is allowed at any time. */
export interface DeliveryStyle {
  /** Merges the appends owed for one message into one delivery. */
  readonly conflate?: boolean
  /** Sends the full text instead of an increment. */
  readonly full?: boolean
  /** Sends this many of the latest deliveries again. */
  readonly repeat?: number
  /**
   * Spoils the first increment among them: it never arrives, or its data has it twice. No service is known to do that; a reader
   * notices by the length that the next append gives.
   */
  readonly spoil?: 'lose' | 'double'
}

/** The server's side of one subscriber's attachment: the deliveries sent, and the position of the stream. */
export interface Attachment {
  /** The number of owed mutations. */
  readonly owed: number
  deliver(count: number, style?: DeliveryStyle): RawMessage[]
  /** Reconnects in time: missed messages are sent as full updates, `overlap` of them a second time. */
  resume(overlap: number, style?: DeliveryStyle): RawMessage[]
  /** Reconnects too late: the stream continues from now, and `rewind` messages are sent in their latest version. */
  begin(rewind: number): RawMessage[]
}

/** @param server the server's state; the attachment starts at its present end */
export function createAttachment(server: ServerModel): Attachment {
  let position = server.stream.length
  let sent = new Set<string>()
  let past: RawMessage[] = []

  function send(
    entries: readonly StreamEntry[],
    { conflate = false, full = false, repeat = 0, spoil }: DeliveryStyle,
  ): RawMessage[] {
    const owed = conflate ? conflated(entries) : entries
    let fault = spoil
    const messages = owed.flatMap((entry): readonly RawMessage[] => {
      // The first delivery of a message on an attachment is always a full version (P12).
      const whole = full || entry.action !== 'message.append' || !sent.has(entry.full.serial)
      sent.add(entry.full.serial)
      if (whole) return [entry.action === 'message.append' ? entry.full : { ...entry.full, action: entry.action }]
      const append = { ...entry.full, action: 'message.append' as const, data: entry.data }
      // Only of a message whose author gives its length can a loss be noticed, and only that of text is one.
      const counted = entry.full.version.metadata?.['len'] !== undefined && entry.data !== ''
      if (fault === undefined || !counted) return [append]
      const data = fault === 'double' ? [{ ...append, data: entry.data + entry.data }] : []
      fault = undefined
      return data
    })
    past = [...past, ...messages]
    return repeat > 0 ? [...messages, ...past.slice(-repeat)] : messages
  }

  return {
    get owed() {
      return server.stream.length - position
    },
    deliver(count, style = {}) {
      const entries = server.stream.slice(position, position + count)
      position += entries.length
      return send(entries, style)
    },
    resume(overlap, style = {}) {
      const entries = server.stream.slice(Math.max(0, position - overlap))
      position = server.stream.length
      return send(entries, { ...style, full: true })
    },
    begin(rewind) {
      position = server.stream.length
      sent = new Set()
      past = []
      if (rewind <= 0) return []
      return server.serials.slice(-rewind).map((serial) => {
        sent.add(serial)
        return server.latest(serial)!
      })
    },
  }
}

/** One entry per message: a merged increment, or the latest full version if anything but appends is owed. */
function conflated(entries: readonly StreamEntry[]): readonly StreamEntry[] {
  const merged = new Map<string, StreamEntry>()
  for (const entry of entries) {
    const before = merged.get(entry.full.serial)
    merged.delete(entry.full.serial)
    merged.set(entry.full.serial, before ? merge(before, entry) : entry)
  }
  return [...merged.values()]
}

function merge(before: StreamEntry, entry: StreamEntry): StreamEntry {
  if (entry.action !== 'message.append') return entry
  if (before.action === 'message.append') return { ...entry, data: before.data + entry.data }
  return { action: 'message.update', data: entry.full.data ?? '', full: entry.full }
}
