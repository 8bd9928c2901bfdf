/** A state from the event that started it to the next one. */
export interface Segment {
  readonly index: number
  readonly value: string
  /** The machine's event; undefined for the initial state. */
  readonly event: string | undefined
}

/** The states of a lifecycle, oldest first. */
export type Track = readonly Segment[]

/** The last segment that started at or before the event `index`. */
export function segmentAt(track: Track, index: number): Segment | undefined {
  return track[countUntil(track, index) - 1]
}

/** The track from `first` on: the state at that point is its first segment. */
export function clip(track: Track, first: number): Track {
  const count = countUntil(track, first - 1)
  const before = track[count - 1]
  return before ? [{ index: first, value: before.value, event: undefined }, ...track.slice(count)] : track
}

/** How many segments started at or before `index`. */
function countUntil(track: Track, index: number): number {
  let low = 0
  let high = track.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (track[middle]!.index <= index) low = middle + 1
    else high = middle
  }
  return low
}
