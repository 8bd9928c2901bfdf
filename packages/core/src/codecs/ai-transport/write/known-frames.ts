import type { Frame, Frames } from '../../../protocol/frames.ts'
import { FrameList } from '../../../protocol/frames.ts'

/** All frames; text before the first head only if there is some. */
export function allFrames({ settled, last }: Frames): readonly Frame[] {
  return [...settled, last].filter(({ head, body }) => head !== undefined || body !== '')
}

/** The frames of the full data with the known ones in the place of equal ones; undefined where the data does not begin with them. */
export function extendKnown(known: Frames, next: Frames): Frames | undefined {
  const before = allFrames(known)
  const after = [...next.settled, next.last]
  const all = after.map((frame, at) => (before[at]?.body === frame.body ? before[at] : frame))
  const isKept = before.every((frame, at) => {
    const other = after[at]
    if (!other || JSON.stringify(other.head) !== JSON.stringify(frame.head)) return false
    return at < before.length - 1 ? other.body === frame.body : other.body.startsWith(frame.body)
  })
  return isKept ? { settled: new FrameList(all.slice(0, -1)), last: all.at(-1)!, held: next.held } : undefined // There is always a last frame.
}
