import type { Timeline } from './timeline.ts'
import type { Track } from './track.ts'

/** A time in which a reader may have missed text. */
export interface Band {
  readonly kind: 'disconnected' | 'recovering' | 'gapped' | 'stalled' | 'abandoned'
  /** The message concerned; undefined if all are. */
  readonly serial: string | undefined
  /** Index of the event that started it. */
  readonly from: number
  /** Index of the event that ended it; undefined while it lasts. */
  readonly to: number | undefined
}

/** All problems, in the order in which they started. */
export function bandsOf({ connection, channel, lanes }: Timeline): readonly Band[] {
  const bands = [
    ...bandsIn(connection, undefined, (value, before) => {
      // Every conversation starts with connecting, which is not a problem then.
      if (value === 'connecting') return before
      return value === 'connected' ? undefined : 'disconnected'
    }),
    ...bandsIn(channel, undefined, (value) => {
      if (value === 'suspended' || value === 'failed') return 'disconnected'
      return value === 'recovering' || value.startsWith('interrupted') ? 'recovering' : undefined
    }),
  ]
  for (const { serial, role, status, continuity } of lanes.values()) {
    if (role !== 'assistant') continue
    bands.push(...bandsIn(continuity, serial, (value) => (value === 'gapped' ? value : undefined)))
    bands.push(...bandsIn(status, serial, (value) => (value === 'stalled' || value === 'abandoned' ? value : undefined)))
  }
  return bands.sort((a, b) => a.from - b.from)
}

/** @param kindOf the band of a value; `before` is the kind of the previous value */
function bandsIn(
  track: Track,
  serial: string | undefined,
  kindOf: (value: string, before: Band['kind'] | undefined) => Band['kind'] | undefined,
): Band[] {
  const bands: Band[] = []
  let kind: Band['kind'] | undefined
  let from = 0
  for (const { index, value } of track) {
    const next = kindOf(value, kind)
    if (next === kind) continue
    if (kind) bands.push({ kind, serial, from, to: index })
    kind = next
    from = index
  }
  if (kind) bands.push({ kind, serial, from, to: undefined })
  return bands
}
