import type { Event } from '@ag-ui/core'
import { EventType } from '@ag-ui/client'
import type { Entry } from './entry.ts'
import { messagesIn } from './entry.ts'
import type { OpenStreams } from './entry-events.ts'
import { addEntry, changeEntry, endStream, streamName } from './entry-events.ts'
import { isSame } from './is-same.ts'
import type { Placed } from './snapshot-events.ts'
import { snapshotEvents } from './snapshot-events.ts'

/** What one stream of events has shown so far. */
export interface Showing {
  /** The events after which a client shows these entries: deltas where they can say it, else a snapshot. The first are a snapshot. */
  show(entries: readonly Entry[]): readonly Event[]
  /** The events that end what is still open: a run ends with nothing open. */
  close(): readonly Event[]
}

/** @param before what the client shows before the first event */
export function createShowing(before: readonly Placed[]): Showing {
  const open: OpenStreams = new Map()
  let shown: readonly Entry[] | undefined

  function grown(known: readonly Entry[], entries: readonly Entry[]): readonly Event[] {
    const isExtended =
      known.length <= entries.length && known.every(({ id, kind }, at) => entries[at]!.id === id && entries[at]!.kind === kind)
    const events: Event[] = []
    /** What a client has made of the events. */
    const reached: Entry[] = []
    if (isExtended) {
      for (const [at, entry] of entries.entries()) {
        const had = known[at]
        const made = had === entry ? had : had ? changeEntry(had, entry, open, events) : addEntry(entry, open, events)
        if (made) reached.push(made)
      }
    } else {
      const names = new Map(entries.map((entry) => [entry.id, entry.open ? `${entry.kind} ${streamName(entry)}` : undefined]))
      // A stream ends before its message goes. The snapshot has the text with which others have ended.
      for (const stream of open.values())
        if (names.get(stream.id) !== `${stream.kind} ${stream.name}`) events.push(...endStream(stream, open))
    }
    const isExact =
      isExtended &&
      reached.length === entries.length &&
      entries.every((entry, at) => entry === reached[at] || isSame(messagesIn([reached[at]!]), messagesIn([entry])))
    if (isExact) return events
    return [...events, ...snapshotEvents(messagesIn(isExtended ? reached : known), messagesIn(entries))]
  }

  return {
    show(entries) {
      const known = shown
      shown = entries
      return known ? grown(known, entries) : snapshotEvents(before, messagesIn(entries))
    },
    close: () => [...open.values()].flatMap((stream) => endStream(stream, open)),
  }
}

/** The events of an output that a later one replaces. */
export function preliminaryEvents(known: readonly Entry[], entries: readonly Entry[]): readonly Event[] {
  return entries.flatMap((entry, at): Event[] => {
    const had = known[at]
    if (entry === had || entry.kind !== 'call' || entry.preliminary === undefined) return []
    if (had?.kind === 'call' && isSame(had.preliminary, entry.preliminary)) return []
    const toolCallId = entry.message.toolCalls[0]!.id
    return [{ type: EventType.CUSTOM, name: 'streamfold-preliminary-output', value: { toolCallId, output: entry.preliminary } }]
  })
}
