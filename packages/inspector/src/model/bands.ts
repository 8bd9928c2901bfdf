import type { Timeline } from './timeline.ts'
import type { Track } from './track.ts'

/** A time in which a reader may have missed something. */
export interface Band {
  readonly kind: 'disconnected' | 'recovering' | 'gapped' | 'stalled' | 'abandoned'
  /** The message it is about; undefined where it is about all. */
  readonly serial: string | undefined
  /** Index of the event that began it. */
  readonly from: number
  /** Index of the event that ended it; undefined while it lasts. */
  readonly to: number | undefined
}

/** All that went wrong, in the order in which it began. */
export function bandsOf({ connection, channel, lanes }: Timeline): readonly Band[] {
  const bands = [
    ...bandsIn(connection, undefined, (value, before) => {
      // Connecting is how it begins, and no trouble then.
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

/** @param kindOf the band that a value makes; `before` is the kind of the one before it. */
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
