import type { ResponseWire } from '../../../protocol/codec.ts'
import type { Frames } from '../../../protocol/frames.ts'
import { escapeBody, frameOf, growFrames, readFrames } from '../../../protocol/frames.ts'
import type { CarriedParts } from './carried-parts.ts'
import { copyCarried } from './carried-parts.ts'
import { allFrames, extendKnown } from './known-frames.ts'
import type { PartMessages, PartsRun } from './part-messages.ts'
import { createPartMessages } from './part-messages.ts'
import type { PartOutlet, PartStream } from './part-outlet.ts'
import type { PartWriter } from './part-writer.ts'
import { createPartWriter } from './part-writer.ts'

/** The parts of a response beside its first message, which its writer writes. */
export interface WrittenParts extends Pick<PartMessages, 'after' | 'settled'> {
  /** Adds an increment. @param status of the response after it; undefined if it goes on in another message */
  grow(increment: string, status: string | undefined): Changes
  /**
   * Takes the full data: repairs what was refused, and writes what is new, or everything as another attempt. All operations must have
   * settled.
   *
   * @param isOthers whether another writer has written what is there
   */
  replace(data: string, isFramed: boolean, status: string | undefined, isOthers: boolean): Changes
  /** The text of the first message. */
  readonly text: string
  /** Whether it has ended. */
  readonly hasEnded: boolean
}

interface Changes {
  readonly operations: readonly Promise<unknown>[]
  /** What the first message has more. */
  readonly text: string
  /** Whether the first message has ended with it. */
  readonly ends: boolean
  /** Whether it is another attempt. */
  readonly isAgain: boolean
}

/**
 * Writes the parts of a response as messages of their own. Clients of AI Transport drop what belongs to an older attempt at a step, so
 * what an update changes in the middle is written as another attempt.
 *
 * @param step id of the step @param first serial of the first message @param plain its text so far
 */
export function createWrittenParts(wire: ResponseWire, run: PartsRun, step: string, first: string, plain: string): WrittenParts {
  const messages = createPartMessages(wire, run, step, first)
  let text = ''
  let more = ''
  let hasEnded = false
  let hadEnded = false
  const beginning: PartStream = { codec: {} }
  const outlet: PartOutlet = {
    ...messages,
    append(stream, added) {
      if (stream !== beginning) return messages.append(stream, added)
      text += added
      more += added
    },
    close(stream, status, codec) {
      if (stream !== beginning) return messages.close(stream, status, codec)
      hasEnded = true
    },
  }
  let frames = readFrames('')
  /** Made when the first frame comes: by then the message before has given what it carries. */
  let writer: PartWriter | undefined
  let carriedAtStart: CarriedParts | undefined

  /** Writes what `next` has more than the known frames. */
  function advance(next: Frames, status: string | undefined): void {
    carriedAtStart ??= copyCarried(run.carried)
    writer ??= createPartWriter(outlet, beginning, run.carried, () => `part-${++run.parts}`)
    const known = allFrames(frames)
    for (const [at, frame] of allFrames(next).entries()) {
      const before = known[at]
      if (before === frame || at < known.length - 1) continue
      writer.take(frame, frame.lineage.rest(frame.body, before?.body.length ?? 0), before === undefined)
    }
    frames = next
    // The calls of a run that is suspended are open.
    if (status === 'streaming' || status === 'waiting') writer.settle()
    else writer.end(status === 'complete' || status === undefined ? 'complete' : 'cancelled', status === undefined)
  }

  function startAgain(): void {
    messages.startAgain()
    if (carriedAtStart) Object.assign(run.carried, copyCarried(carriedAtStart))
    for (const { stream, text: input, isClosed } of run.carried.calls.values())
      if (stream && !isClosed) messages.replace(stream, input)
    text = ''
    hasEnded = false
    frames = readFrames('')
    writer = undefined
  }

  function changes(isAgain = false): Changes {
    const changed = { operations: messages.takeOperations(), text: more, ends: hasEnded && !hadEnded, isAgain }
    hadEnded = hasEnded
    more = ''
    return changed
  }

  if (plain !== '') {
    advance(growFrames(frames, escapeBody(plain)), 'streaming')
    more = ''
  }

  return {
    get text() {
      return text
    },
    get hasEnded() {
      return hasEnded
    },
    after: messages.after,
    settled: messages.settled,
    grow(increment, status) {
      advance(growFrames(frames, increment), status)
      return changes()
    },
    replace(data, isFramed, status, isOthers) {
      const next: Frames = isFramed ? readFrames(data) : { ...readFrames(''), last: frameOf(undefined, data) }
      const extended = isOthers ? undefined : extendKnown(frames, next)
      const isKept = extended !== undefined && messages.repair()
      if (!isKept) startAgain()
      advance(isKept ? extended : next, status)
      return changes(!isKept)
    },
  }
}
