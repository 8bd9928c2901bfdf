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

/** Of frames that do not change, how many were counted: an append adds to the last one, or begins another. */
const counted = new WeakMap<object, { readonly frames: number; readonly size: number }>()

function settledSize(settled: Frames['settled']): number {
  const known = counted.get(settled.line)
  const continues = known !== undefined && known.frames <= settled.length
  let size = continues ? known.size : 0
  for (let at = continues ? known.frames : 0; at < settled.length; at++) size += bodySize(settled.at(at)!) // Inside the list.
  if (!known || continues) counted.set(settled.line, { frames: settled.length, size })
  return size
}

function bodySize({ head, body }: Frame): number {
  return head?.['type'] === 'meta' ? 0 : body.length
}
