import type { Outbound, ResponseWire } from '../../protocol/codec.ts'
import type { Frame, Frames } from '../../protocol/frames.ts'
import { escapeBody, frameOf, growFrames, readFrames } from '../../protocol/frames.ts'
import type { CarriedParts, PartOutlet, PartStream } from './write-parts.ts'
import { createPartWriter } from './write-parts.ts'

type Strings = Readonly<Record<string, string>>
type Data = NonNullable<Outbound['data']>

/** A message of a part on the channel, or on the way there. */
interface Item extends PartStream {
  codec: Strings
  data: Data
  /** Undefined for a message that comes whole. */
  status: 'streaming' | 'complete' | 'cancelled' | undefined
  serial: Promise<string>
  /** The step and the serial of the attempt that it belongs to: another message may add to it. */
  readonly step: string
  attempt: string
}

/** The parts of a response beside its first message, which its writer writes. */
export interface WrittenParts {
  /** Adds an increment. @param status of the response after it; undefined if it goes on in another message */
  grow(increment: string, status: string | undefined): Changes
  /**
   * Takes the full data: repairs what was refused, and writes what is new, or everything as another attempt.
   *
   * @param isOthers whether another writer has written what is there
   */
  replace(data: string, isFramed: boolean, status: string | undefined, isOthers: boolean): Changes
  /** Runs an operation after those before it. */
  after<Result>(operation: () => Promise<Result>): Promise<Result>
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

/** What the messages of a response have in common. */
export interface PartsRun {
  readonly id: string
  readonly nonce: string
  readonly transport: Strings
  /** Parts so far, for the ids of messages. */
  parts: number
  readonly carried: CarriedParts
}

/**
 * Writes the frames of a response as messages of AI Transport. Each operation waits until those before it were sent, and until the serial that
 * it names is known.
 *
 * @param step a name for the step in which all parts are written, so that another attempt can take their place
 * @param first serial of the message that the parts follow @param plain its text so far
 */
export function createWrittenParts(wire: ResponseWire, run: PartsRun, step: string, first: string, plain: string): WrittenParts {
  let queue: Promise<unknown> = Promise.resolve()
  let attempt: Promise<string> = Promise.resolve(first)
  let operations: Promise<unknown>[] = []
  /** Streams that the service may not hold as they should be. */
  const doubtful = new Set<Item>()
  /** Whether a message is missing: those behind it are then in the wrong place. */
  let isIncomplete = false
  let text = ''
  let more = ''
  let hasEnded = false
  const beginning: Item = { codec: {}, data: '', status: undefined, serial: attempt, step, attempt: '' }
  const outlet: PartOutlet = {
    publish: ({ codec, data }) => void publish(codec, data, undefined),
    begin: (codec) => publish(codec, '', 'streaming'),
    append(stream, added) {
      if (stream !== beginning) return append(stream as Item, added) // What `begin` returned.
      text += added
      more += added
    },
    close(stream, status, codec = {}) {
      if (stream === beginning) {
        hasEnded = true
        return
      }
      const item = stream as Item // What `begin` returned.
      item.status = status
      item.codec = { ...item.codec, ...codec }
      append(item, '')
    },
    replace(stream, data) {
      const item = stream as Item // What `begin` returned.
      item.data = data
      rewrite(item)
    },
  }
  let frames = nothing
  let writer = createPartWriter(outlet, beginning, run.carried, nextName)

  function nextName(): string {
    return `part-${++run.parts}`
  }

  function issue<Result>(ready: Promise<string>, send: (serial: string) => Promise<Result>): Promise<Result> {
    // In an object, because a promise would be awaited.
    const sent = queue.then(async () => {
      const answered = send(await ready)
      answered.catch(() => undefined) // The caller gets the rejection a little later.
      return { answered }
    })
    queue = sent.catch(() => undefined)
    return sent.then(({ answered }) => answered)
  }

  function watch(operation: Promise<unknown>, onFailed: () => void): void {
    operations.push(
      operation.catch((error: unknown) => {
        onFailed()
        throw error
      }),
    )
  }

  function messageOf({ codec, status, step: inStep, attempt: of }: Item, data: Data): Outbound {
    const id = codec['id'] ?? codec['toolCallId'] ?? ''
    const transport = {
      ...run.transport,
      role: 'assistant',
      'codec-message-id': run.id,
      'step-id': inStep,
      'step-start-serial': of,
      ...(status === undefined ? { stream: 'false' } : { stream: 'true', status, 'stream-id': id }),
    }
    return { name: 'ai-output', data, extras: { ai: { transport, codec } } }
  }

  /** A stream begins empty: clients of AI Transport do not read the data of its create. */
  function publish(codec: Strings, data: Data, status: Item['status']): Item {
    const item: Item = { codec, data, status, serial: attempt, step, attempt: '' }
    const id = `${run.id}-${nextName()}-${run.nonce}`
    item.serial = issue(attempt, (serial) => {
      item.attempt = serial
      return wire.publish({ id, ...messageOf({ ...item, codec, status }, data) })
    })
    watch(item.serial, () => (isIncomplete = true))
    return item
  }

  function append(item: Item, added: string): void {
    const { codec, status, serial } = item
    item.data = `${item.data as string}${added}` // A stream is text.
    watch(
      issue(serial, (known) => wire.append(known, messageOf({ ...item, codec, status }, added))),
      () => doubtful.add(item),
    )
  }

  function rewrite(item: Item): void {
    const { codec, status, serial, data } = item
    watch(
      issue(serial, (known) => wire.update(known, messageOf({ ...item, codec, status }, data))),
      () => doubtful.add(item),
    )
  }

  /** Writes what `next` has more than the known frames. */
  function advance(next: Frames, status: string | undefined): void {
    const known = listOf(frames)
    for (const [at, frame] of listOf(next).entries()) {
      const before = known[at]
      if (before === frame || at < known.length - 1) continue
      writer.take(frame, frame.lineage.rest(frame.body, before?.body.length ?? 0), before === undefined)
    }
    frames = next
    // The calls of a run that is suspended are open.
    if (status === 'streaming' || status === 'waiting') writer.settle()
    else writer.end(status === 'complete' || status === undefined ? 'complete' : 'cancelled', status === undefined)
  }

  /** Begins another attempt: clients drop what belongs to the one before. */
  function startAgain(): void {
    const transport = { ...run.transport, 'step-id': step }
    attempt = issue(
      attempt.catch(() => first),
      () => wire.publish({ name: 'ai-step-start', extras: { ai: { transport } } }),
    )
    watch(attempt, () => (isIncomplete = true))
    doubtful.clear()
    isIncomplete = false
    run.carried.calls.clear()
    run.carried.open = undefined
    run.carried.metadata = {}
    text = ''
    hasEnded = false
    frames = nothing
    writer = createPartWriter(outlet, beginning, run.carried, nextName)
  }

  function changes(isAgain = false): Changes {
    const changed = { operations, text: more, ends: hasEnded && !hadEnded, isAgain }
    hadEnded = hasEnded
    operations = []
    more = ''
    return changed
  }

  let hadEnded = false
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
    after: (operation) =>
      issue(
        attempt.catch(() => first),
        operation,
      ),
    grow(increment, status) {
      advance(growFrames(frames, increment), status)
      return changes()
    },
    replace(data, isFramed, status, isOthers) {
      const next: Frames = isFramed ? readFrames(data) : { ...nothing, last: frameOf(undefined, data) }
      const whole = isIncomplete || isOthers ? undefined : extended(frames, next)
      if (!whole) startAgain()
      for (const item of doubtful) {
        doubtful.delete(item)
        rewrite(item)
      }
      advance(whole ?? next, status)
      return changes(!whole)
    },
  }
}

const nothing: Frames = { settled: [], last: frameOf(undefined, ''), held: '' }

/** All frames; text before the first head only if there is some. */
function listOf({ settled, last }: Frames): readonly Frame[] {
  return [...settled, last].filter(({ head, body }) => head !== undefined || body !== '')
}

/** The frames of the full data with the known ones in the place of equal ones; undefined where the data does not begin with them. */
function extended(known: Frames, next: Frames): Frames | undefined {
  const before = listOf(known)
  const after = [...next.settled, next.last]
  const all = after.map((frame, at) => (before[at]?.body === frame.body ? before[at] : frame))
  const isKept = before.every((frame, at) => {
    const other = after[at]
    if (!other || JSON.stringify(other.head) !== JSON.stringify(frame.head)) return false
    return at < before.length - 1 ? other.body === frame.body : other.body.startsWith(frame.body)
  })
  return isKept ? { settled: all.slice(0, -1), last: all.at(-1)!, held: next.held } : undefined // There is always a last frame.
}
