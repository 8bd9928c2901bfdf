import type { MessageRecord, WireEvent } from '@streamfold/core'
import type { Frame, Frames } from '@streamfold/core/codec'
import { growFrames, readFrames } from '@streamfold/core/codec'

/** Counts the characters of a message: of its text, or in the format `parts/1` of the bodies of its parts. Heads and metadata are not counted. */
export function contentSize({ text, frames }: Pick<MessageRecord, 'text' | 'frames'>): number {
  return frames ? sizeOf(frames) : text.length
}

/** Counts the characters that a version brings: an append its increment, any other version all. */
export function broughtSize(event: WireEvent, was: MessageRecord | undefined, is: MessageRecord | undefined): number {
  const isFramed = event.fields ? event.fields.format !== undefined : was?.frames !== undefined
  if (!isFramed) return event.text.length
  const isApplied = is?.version === event.version && is.frames !== undefined && is !== was
  if (event.type !== 'appended') return sizeOf(isApplied ? is.frames : readFrames(event.text))
  if (isApplied) return contentSize(is) - (was ? contentSize(was) : 0)
  const before = was?.frames ?? readFrames('')
  return sizeOf(growFrames(before, event.text)) - sizeOf(before)
}

function sizeOf({ settled, last }: Frames): number {
  return settledSize(settled) + bodySize(last)
}

/** Of frames that do not change: an append adds to the last one. */
const sizes = new WeakMap<readonly Frame[], number>()

function settledSize(settled: readonly Frame[]): number {
  const known = sizes.get(settled)
  if (known !== undefined) return known
  const size = settled.reduce((sum, frame) => sum + bodySize(frame), 0)
  sizes.set(settled, size)
  return size
}

function bodySize({ head, body }: Frame): number {
  return head?.['type'] === 'meta' ? 0 : body.length
}
