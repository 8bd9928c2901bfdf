import type { Headers } from '@streamfold/core'
import type { ResponseWriter } from '@streamfold/core/transport'
import { deferred, settle } from '../deferred.ts'
import { isPermanentError } from './is-permanent-error.ts'
import type { Settings } from './options.ts'
import { createAppendScheduler } from './append-scheduler.ts'
import { paceOf } from './rate-limiter.ts'
import type { PublishEvent } from './publish-machine.ts'
import { firstStep, nextStep } from './publish-step.ts'
import { pauseAfter } from './retry.ts'

/** Milliseconds for which changed headers wait for an append that takes them along. */
const TAKEN_ALONG = 100

/** UTF-16 code units that an append may hold while the service wants fewer of them. */
const LARGE = 16_384

/** One message on the wire that grows. */
export interface MessageStream {
  /** Its serial, once the service holds it; rejects when the tries are used up. */
  readonly opened: Promise<string>
  /** Adds text to an opened message; it goes out by itself, when the batch is due. */
  push(text: string): void
  /** Resolves when the wire takes more. */
  ready(): Promise<void>
  /** Says with an empty append that its author is alive, when nothing was sent for `silence` milliseconds. */
  touch(silence: number): void
  /** The headers have changed: they go out with the next operation, or soon in one of their own. */
  annotated(): void
  /** Somebody else has written to the message: its text is put right by a full update, at once. */
  disturbed(): void
  /** Sends what is waiting under the final headers, asked for like those before, and resolves when the service holds the whole text, or never will. */
  finish(headers: () => Headers): Promise<MessageEnd>
}

export interface MessageEnd {
  /** Full updates with which this message was put right. */
  readonly repairs: number
  /** Why the service's text may differ from ours; undefined when it is known to be equal. */
  readonly error: unknown
}

/**
 * Streams into one message. `publishMachine` decides what is done; here it is done.
 *
 * Why this converges. The service handles operations in the order of the calls, so each gets a number as it is called.
 * A rejection tells little: the append may be gone, applied (its ACK was lost), or folded into a later append. Only a full
 * update settles it. An update called as number n carries all text handed over before n and discards whatever was folded
 * or pending at the service, so, once accepted, it makes good every rejection of an operation before n, also of one whose
 * rejection arrives later; appends called after it extend the right text. Hence the whole truth is two numbers: the text is
 * damaged exactly while the newest rejected operation is newer than the newest accepted update.
 *
 * @param start the headers while it streams, asked for with every operation
 * @param open makes the message, empty, and resolves with its serial; asked again when it rejects
 * @param onLost told when the service refuses for good what was written, before the source has ended
 */
export function streamMessage(
  writer: ResponseWriter,
  open: (headers: Headers) => Promise<string>,
  start: () => Headers,
  settings: Settings,
  onLost: (error: unknown) => void,
): MessageStream {
  const { batch, clock, maxInFlight, repair: limits } = settings
  const pace = paceOf(writer)
  const opened = deferred<string>()
  const closed = deferred<MessageEnd>()
  opened.promise.catch(() => undefined) // the outcome reports it too
  let step = firstStep()
  let serial = ''
  let headers = start
  let text = ''
  let waiting = ''
  let calls = 0
  let rejectedAt = 0
  let mendedAt = 0
  let inFlight = 0
  let failures = 0
  let repairs = 0
  let repairedOn = -Infinity
  let lastError: unknown
  let room: (() => void)[] = []
  let sent: Headers = {}
  let sayLater: (() => void) | undefined
  /** The headers of this moment: a repair called after the end must not turn the status back to streaming. */
  const headersNow = (): Headers => (sent = headers())

  const effects = {
    open() {
      outlet.count()
      settle(
        () => open(headersNow()),
        (error, value) => {
          if (value === undefined) {
            lastError = error
            return happen(isPermanentError(error) || ++failures > limits.retries ? 'message.given-up' : 'message.refused')
          }
          serial = value
          failures = 0
          happen('message.opened')
          opened.resolve(value)
        },
      )
    },
    append() {
      const increment = waiting
      const call = ++calls
      const sentAt = clock.now()
      text += increment
      waiting = ''
      inFlight++
      outlet.sent()
      settle(
        () => writer.append(serial, { text: increment, headers: headersNow() }),
        (error) => {
          inFlight--
          pace.answered(sentAt, clock.now(), error, batch)
          if (error !== undefined) reject(call, error)
          outlet.look()
          wake()
          answered()
        },
      )
    },
    keep() {
      text += waiting
      waiting = ''
    },
    update() {
      const call = ++calls
      outlet.count()
      settle(
        () => writer.update(serial, { text, headers: headersNow() }),
        (error) => {
          if (error === undefined) {
            mendedAt = call
            repairedOn = clock.now()
            repairs++
            failures = 0
            happen(damaged() ? 'repair.outdated' : 'repair.accepted')
          } else {
            lastError = error
            happen(refusalOf(error))
          }
          answered()
        },
      )
    },
    pause() {
      // At most the pause, also by a clock that was set back.
      const left = Math.min(limits.pause, repairedOn + limits.pause - clock.now())
      const resting = failures > 0 ? pauseAfter(failures, settings) : left
      clock.after(resting, () => happen('pause.over'))
    },
    stop() {
      onLost(lastError)
      wake()
    },
    close() {
      sayLater?.()
      if (serial === '') opened.reject(lastError)
      closed.resolve({ repairs, error: damaged() ? (lastError ?? new Error('rejected')) : undefined })
    },
  }

  function happen(type: PublishEvent['type']): void {
    step = nextStep(step, type)
    for (const effect of step.effects) effects[effect]()
  }

  function answered(): void {
    if (inFlight > 0) return
    // After the last append no other takes them along.
    if (step.place === 'flushing' && unsaid()) effects.append()
    else happen('wire.settled')
  }

  function unsaid(): boolean {
    return JSON.stringify(headers()) !== JSON.stringify(sent)
  }

  function say(): void {
    sayLater = undefined
    if (!streaming() || !unsaid()) return
    if (inFlight >= maxInFlight) return void room.push(say)
    outlet.count()
    effects.append()
  }

  /** A channel that goes on rejecting (its rate is exceeded) is not flooded with full texts: repairs keep a pause. */
  function reject(call: number, error: unknown): void {
    rejectedAt = Math.max(rejectedAt, call)
    lastError = error
    if (damaged()) happen(clock.now() - repairedOn < limits.pause ? 'wire.damaged-again' : 'wire.damaged')
  }

  /** A refusal that passes is no reason to give up before the end: the stream goes on, and a later repair mends all. */
  function refusalOf(error: unknown): PublishEvent['type'] {
    if (isPermanentError(error)) return 'repair.hopeless'
    return ++failures > limits.retries && !streaming() ? 'repair.given-up' : 'repair.refused'
  }

  const streaming = (): boolean => step.place.startsWith('streaming')
  const damaged = (): boolean => rejectedAt > mendedAt
  /** Held back, it sends fewer and larger appends; only what no append should hold is left with the source. */
  const most = (): number => (outlet.slowed ? Math.max(batch.size, LARGE) : batch.size)
  const full = (): boolean => inFlight >= maxInFlight || waiting.length >= most()

  function wake(): void {
    const waiters = room
    room = []
    for (const resume of waiters) resume()
  }

  const outlet = createAppendScheduler({
    writer,
    settings,
    pace,
    waiting: () => (streaming() ? waiting.length : 0),
    inFlight: () => inFlight,
    send() {
      effects.append()
      wake()
    },
  })

  for (const effect of step.effects) effects[effect]()
  return {
    opened: opened.promise,
    push(more) {
      waiting += more
      outlet.look()
    },
    async ready() {
      while (full() && streaming()) await new Promise<void>((resolve) => room.push(resolve))
    },
    touch(silence) {
      const quiet = clock.now() - outlet.sentAt
      if (!streaming() || inFlight > 0 || (quiet >= 0 && quiet < silence)) return
      outlet.count()
      effects.append()
    },
    annotated() {
      if (streaming()) sayLater ??= clock.after(TAKEN_ALONG, say)
    },
    disturbed() {
      reject(++calls, new Error('somebody else wrote to the message'))
    },
    finish(final) {
      outlet.close(() => {
        failures = 0
        headers = final
        happen('source.ended')
      })
      return closed.promise
    },
  }
}
