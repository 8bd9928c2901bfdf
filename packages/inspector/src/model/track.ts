/** A state, from the event that brought it until the next one. */
export interface Segment {
  readonly index: number
  readonly value: string
  /** What the machine was told; undefined for what was so before. */
  readonly event: string | undefined
}

/** The states something went through, oldest first. */
export type Track = readonly Segment[]

/** The last segment that began at or before the event `index`. */
export function segmentAt(track: Track, index: number): Segment | undefined {
  return track[countUntil(track, index) - 1]
}

/** The track from `first` on: what was so before is so from there. */
export function clip(track: Track, first: number): Track {
  const count = countUntil(track, first - 1)
  const before = track[count - 1]
  return before ? [{ index: first, value: before.value, event: undefined }, ...track.slice(count)] : track
}

/** How many segments began at or before `index`. */
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
