import type { Headers, ResponseWriter } from '@streamfold/core'
import type { Settings } from './options.ts'
import { pauseAfter } from './retry.ts'

/** One message on the wire that grows. */
export interface MessageStream {
  readonly serial: string
  /** Adds text; it goes out by itself, when the batch is due. */
  push(text: string): void
  /** Resolves when the wire takes more. */
  ready(): Promise<void>
  /** Sends what is waiting under the final headers and resolves when the service holds the whole text, or never will. */
  finish(headers: Headers): Promise<MessageEnd>
}

export interface MessageEnd {
  /** Full updates with which this message was put right. */
  readonly repairs: number
  /** Why the service's text may differ from ours; undefined when it is known to be equal. */
  readonly error: unknown
}

/**
 * Streams into the message `serial`, which the service holds empty.
 *
 * Why this converges. The service handles operations in the order of the calls, so each gets a number as it is called.
 * A rejection tells little: the append may be gone, applied (its ACK was lost), or folded into a later append. Only a full
 * update settles it. An update called as number n carries all text handed over before n and discards whatever was folded
 * or pending at the service, so, once accepted, it makes good every rejection of an operation before n, also of one whose
 * rejection arrives later; appends called after it extend the right text. Hence the whole truth is two numbers: the text is
 * damaged exactly while the newest rejected operation is newer than the newest accepted update.
 */
export function streamMessage(writer: ResponseWriter, serial: string, start: Headers, settings: Settings): MessageStream {
  const { batch, clock, maxInFlight, repair: limits } = settings
  let headers = start
  let text = ''
  let waiting = ''
  let sentAt = -Infinity
  let due: (() => void) | undefined
  let calls = 0
  let rejectedAt = 0
  let mendedAt = 0
  let inFlight = 0
  let mending = false
  let failures = 0
  let repairs = 0
  let repairedOn = -Infinity
  let lastError: unknown
  let ended: ((end: MessageEnd) => void) | undefined
  let room: (() => void)[] = []

  function append(increment: string): void {
    const call = ++calls
    text += increment
    inFlight++
    sentAt = clock.now()
    attempt(() => writer.append(serial, { text: increment, headers })).then(
      () => settle(),
      (error: unknown) => {
        rejectedAt = Math.max(rejectedAt, call)
        lastError = error
        settle()
      },
    )
  }

  function settle(): void {
    inFlight--
    mend()
    pump()
    const waiters = room
    room = []
    for (const resume of waiters) resume()
    endIfSettled()
  }

  /**
   * One repair at a time, at once; but a channel that goes on rejecting (its rate is exceeded) is not flooded with full
   * texts: the next repair keeps a pause from the last.
   */
  function mend(): void {
    if (mending || !damaged() || givenUp()) return
    mending = true
    const wait = repairedOn + limits.pause - clock.now()
    if (wait > 0) clock.after(wait, update)
    else update()
  }

  function update(): void {
    const call = ++calls
    // The headers of this moment: a repair called after the end must not turn the status back to streaming.
    attempt(() => writer.update(serial, { text, headers })).then(() => mended(call), notMended)
  }

  function mended(call: number): void {
    mendedAt = call
    repairedOn = clock.now()
    repairs++
    failures = 0
    mendAgain()
  }

  function notMended(error: unknown): void {
    lastError = error
    failures++
    if (givenUp()) mendAgain()
    else clock.after(pauseAfter(failures, settings), mendAgain)
  }

  function mendAgain(): void {
    mending = false
    mend()
    endIfSettled()
  }

  const full = (): boolean => inFlight >= maxInFlight
  const damaged = (): boolean => rejectedAt > mendedAt
  /** Before the end there is no giving up: the stream goes on, and a later repair mends all. */
  const givenUp = (): boolean => ended !== undefined && failures > limits.retries

  function endIfSettled(): void {
    if (ended && inFlight === 0 && !mending)
      ended({ repairs, error: damaged() ? (lastError ?? new Error('rejected')) : undefined })
  }

  function pump(): void {
    if (waiting === '' || ended || full()) return
    const wait = waiting.length >= batch.size ? 0 : sentAt + batch.interval - clock.now()
    if (wait > 0) {
      due ??= clock.after(wait, () => {
        due = undefined
        pump()
      })
      return
    }
    const increment = waiting
    waiting = ''
    append(increment)
  }

  return {
    serial,
    push(more) {
      waiting += more
      pump()
    },
    async ready() {
      while (full()) await new Promise<void>((resolve) => room.push(resolve))
    },
    finish(final) {
      due?.()
      failures = 0
      headers = final
      return new Promise((resolve) => {
        ended = resolve
        append(waiting)
        waiting = ''
      })
    },
  }
}

/** A writer that throws instead of rejecting is a rejection like any other. */
function attempt<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return operation()
  } catch (error) {
    return Promise.reject(error)
  }
}
