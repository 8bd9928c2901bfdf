/** Milliseconds before each piece of an answer. */
export type Pace = (piece: string) => number

/**
 * The uneven pace of a real model: 20 to 60 ms per token, with an occasional longer pause after a sentence.
 *
 * @param factor scales every pause; 0 is as fast as possible
 * @param seed the same seed gives the same pauses
 */
export function modelPace(factor: number, seed: number): Pace {
  const random = mulberry32(seed)
  let first = true
  return (piece) => {
    const thinking = first ? 300 : 0
    first = false
    const breath = /[.!?:]\s*$/.test(piece) && random() < 0.3 ? 120 * random() : 0
    return factor * (thinking + 20 + 40 * random() + breath)
  }
}

/** A small generator of numbers in [0, 1) that can be seeded; Math.random cannot. */
function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
