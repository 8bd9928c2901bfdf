import type { RawMessage, ServerModel, StreamEntry } from './server-model.ts'

/** How the platform may choose to deliver what it owes. All of it is allowed at any time. */
export interface DeliveryStyle {
  /** Merge what is owed for one message into one delivery. */
  readonly conflate?: boolean
  /** Send the full text where an increment would do. */
  readonly full?: boolean
  /** Deliver this many of the latest deliveries once more. */
  readonly repeat?: number
}

/** The server's side of one subscriber's attachment: what it has been sent, and from where the stream goes on. */
export interface Attachment {
  /** How many mutations are owed. */
  readonly owed: number
  deliver(count: number, style?: DeliveryStyle): RawMessage[]
  /** The connection dropped and came back in time: what was missed is sent as full updates, `overlap` of it a second time. */
  resume(overlap: number, style?: DeliveryStyle): RawMessage[]
  /** The connection came back too late: the stream goes on from now; `rewind` messages are sent in their latest state. */
  begin(rewind: number): RawMessage[]
}

/** @param server the truth; the attachment begins at its present end. */
export function createAttachment(server: ServerModel): Attachment {
  let position = server.stream.length
  let sent = new Set<string>()
  let past: RawMessage[] = []

  function send(entries: readonly StreamEntry[], { conflate = false, full = false, repeat = 0 }: DeliveryStyle): RawMessage[] {
    const owed = conflate ? conflated(entries) : entries
    const messages = owed.map((entry) => {
      // The first delivery of a message on an attachment is always whole (wire protocol, append delivery).
      const whole = full || entry.action !== 'message.append' || !sent.has(entry.full.serial)
      sent.add(entry.full.serial)
      if (whole) return entry.action === 'message.append' ? entry.full : { ...entry.full, action: entry.action }
      return { ...entry.full, action: 'message.append' as const, data: entry.data }
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

/** One entry for each message: a merged increment, or the latest full version where anything but appends is owed. */
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
