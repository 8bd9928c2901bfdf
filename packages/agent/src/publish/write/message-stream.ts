import type { Headers } from '@streamfold/core'
import type { Draft, ResponseWriter } from '@streamfold/core/transport'
import { deferred } from '../../deferred.ts'
import { createAppendScheduler } from './append-scheduler.ts'
import type { Settings } from '../options/options.ts'
import type { PublishCommand, PublishEvent } from '../repair/publish-state.ts'
import {
  beginPublish,
  hasUnsentHeaders,
  isDamaged,
  isHeartbeatDue,
  isRewriting,
  isStreaming,
  publishState,
} from '../repair/publish-state.ts'
import { rateLimiterOf } from './rate-limiter.ts'

/** Milliseconds for which changed headers wait for an append that takes them along. */
const HEADERS_LINGER = 100

/** UTF-16 code units that an append may hold while the service wants fewer of them. */
const LARGE = 16_384

/** One message on the wire that grows. */
export interface MessageStream {
  /** Its serial, once the service holds it; rejects when the tries are used up. */
  readonly opened: Promise<string>
  /** Adds text to an opened message; it goes out by itself, when an append is due. @param headers Default: as before. */
  push(text: string, headers?: Headers): void
  /** Replaces all text of an opened message by a full update. What is pushed waits until readers have it. */
  rewrite(text: string, headers: Headers): void
  /** Resolves when the wire takes more. */
  ready(): Promise<void>
  /** Resolves when the service holds all that was pushed so far; rejects when the message is closed before it does. */
  settled(): Promise<void>
  /** Sends an empty append where nothing was sent for `silence` milliseconds: readers see that the response has an author. */
  sendHeartbeat(silence: number): void
  /** The headers of the operations from now on; they go out with the next operation, or soon in one of their own. */
  setHeaders(headers: Headers): void
  /** Another writer has changed the message: a full update repairs its text at once. */
  disturbed(): void
  /** Sends the waiting text under the final headers and resolves when the service holds the whole text, or never will. */
  finish(headers: () => Headers): Promise<MessageEnd>
}

export interface MessageEnd {
  /** Full updates that repaired this message. */
  readonly repairs: number
  /** Why the service's text may differ from ours; undefined when it is known to be equal. */
  readonly error: unknown
}

type Happened = PublishEvent extends infer Event ? (Event extends PublishEvent ? Omit<Event, 'at' | 'isBusy'> : never) : never

/**
 * Streams into one message: `publishState` decides what is done, and this performs it through the writer.
 *
 * @param create makes the message, empty, and resolves with its serial; called again when it rejects
 * @param onLost called when the service rejects permanently what was written, before the source has ended
 * @param text what `create` gives the message
 */
export function streamMessage(
  writer: ResponseWriter,
  create: (headers: Headers) => Promise<string>,
  headers: Headers,
  settings: Settings,
  onLost: (error: unknown) => void,
  text = '',
): MessageStream {
  const { batch, clock, maxInFlight, observing } = settings
  const limiter = rateLimiterOf(writer)
  const opened = deferred<string>()
  const closed = deferred<MessageEnd>()
  opened.promise.catch(() => undefined) // the outcome reports it too
  const room: (() => void)[] = []
  let cancelHeaders: (() => void) | undefined
  /** Numbers of the operations that are not answered. */
  const unanswered = new Set<number>()
  let settling: readonly Settling[] = []
  /** A heartbeat waits for its turn. */
  let beats = false
  /** The connection has given a turn to what is done now. */
  let hasTurn = false
  let [state, due] = beginPublish(headers, settings, text)

  const scheduler = createAppendScheduler({
    writer,
    settings,
    limiter,
    waiting: () => (isStreaming(state) && !isRewriting(state) ? state.waiting.length : 0),
    inFlight: () => state.inFlight,
    sentAt: () => state.sentAt,
    send: () => dispatch({ type: 'append-due' }),
  })

  function dispatch(event: Happened): void {
    // Nothing was taken off it but these.
    ;[state, due] = publishState(state, {
      ...event,
      at: clock.now(),
      isBusy: mayDamage(event) && scheduler.isBusy,
    } as PublishEvent)
    for (const command of due) perform(command)
    if (room.length > 0 && !isBlocked()) for (const resume of room.splice(0)) resume()
    if (settling.length > 0) settling = settling.filter((each) => !settleNow(each))
  }

  /** @returns whether it is known by now that the service holds the text, or never will */
  function settleNow(waiting: Settling): boolean {
    if (waiting.call === undefined && state.text.length >= waiting.length) waiting.call = state.calls
    const { call } = waiting
    if (call !== undefined && !isDamaged(state) && ![...unanswered].some((other) => other <= call)) waiting.resolve()
    else if (state.place === 'closed' || state.place === 'repairing.lost')
      waiting.reject(state.lastError ?? new Error('unable to write the response; it has ended'))
    else return false
    return true
  }

  function noteRejection(operation: 'create' | 'append' | 'update', error: unknown): void {
    if (observing && error !== undefined) observing.record({ type: 'rejected', at: observing.now(), operation, error })
  }

  /** @param startedAt undefined without an observer */
  function note(type: 'append' | 'repair', startedAt: number | undefined, text: string, error: unknown): void {
    if (!observing || startedAt === undefined) return
    observing.record({ type, startedAt, endedAt: observing.now(), length: text.length, error })
    noteRejection(type === 'append' ? 'append' : 'update', error)
  }

  function open(headers: Headers): void {
    settle(
      () => create(headers),
      (error, serial) => {
        noteRejection('create', error)
        dispatch({ type: 'create-answered', serial, error })
        if (serial !== undefined) opened.resolve(serial)
      },
    )
  }

  /** What a pause was for, in its turn. */
  function goOn(): void {
    hasTurn = true
    dispatch({ type: 'pause-over' })
    hasTurn = false
  }

  function perform(command: PublishCommand): void {
    switch (command.type) {
      case 'create':
        return hasTurn ? open(command.headers) : scheduler.inTurn(() => open(command.headers))
      case 'append': {
        if (!command.scheduled) scheduler.count()
        const sentAt = clock.now()
        const startedAt = observing?.now()
        const draft = draftOf(command)
        unanswered.add(command.call)
        return settle(
          () => writer.append(state.serial, draft),
          (error) => {
            unanswered.delete(command.call)
            note('append', startedAt, command.text, error)
            limiter.answered(sentAt, clock.now(), error, batch)
            dispatch({ type: 'append-answered', call: command.call, error })
            scheduler.look()
          },
        )
      }
      case 'update': {
        // A turn that is waited for was waited for before the update was made: what is called after it must go out after it.
        if (!hasTurn) scheduler.count()
        const startedAt = observing?.now()
        const draft = draftOf(command)
        unanswered.add(command.call)
        return settle(
          () => writer.update(state.serial, draft),
          (error) => {
            unanswered.delete(command.call)
            note('repair', startedAt, command.text, error)
            dispatch({ type: 'update-answered', call: command.call, error })
            scheduler.look()
          },
        )
      }
      case 'pause':
        return void clock.after(command.ms, () => scheduler.inTurn(goOn))
      case 'stop':
        return onLost(command.error)
      case 'close':
        cancelHeaders?.()
        if (state.serial === '') opened.reject(state.lastError)
        return closed.resolve({ repairs: command.repairs, error: command.error })
      default:
        return command satisfies never
    }
  }

  /** Held back, it sends fewer and larger appends; only what no append should hold is left with the source. */
  function isBlocked(): boolean {
    if (!isStreaming(state)) return false
    // Its tries are counted only behind the source's end: one that waits for an update that never succeeds would not end.
    if (isRewriting(state)) return false
    const most = scheduler.slowed ? Math.max(batch.size, LARGE) : batch.size
    return state.inFlight >= maxInFlight || state.waiting.length >= most
  }

  for (const command of due) perform(command)
  return {
    opened: opened.promise,
    push(text, headers) {
      if (headers) dispatch({ type: 'headers', headers })
      dispatch({ type: 'text', text })
      scheduler.look()
    },
    rewrite: (text, headers) => dispatch({ type: 'rewritten', text, headers }),
    async ready() {
      while (isBlocked()) await new Promise<void>((resolve) => room.push(resolve))
    },
    settled: () =>
      new Promise((resolve, reject) => {
        const waiting: Settling = { length: state.text.length + state.waiting.length, call: undefined, resolve, reject }
        if (!settleNow(waiting)) settling = [...settling, waiting]
      }),
    sendHeartbeat(silence) {
      if (beats || !isHeartbeatDue(state, clock.now(), silence)) return
      beats = true
      // In its turn: the models of all responses of a connection may be silent.
      scheduler.inTurn(() => {
        beats = false
        dispatch({ type: 'heartbeat', silence })
      })
    },
    setHeaders(next) {
      dispatch({ type: 'headers', headers: next })
      if (!isStreaming(state) || !hasUnsentHeaders(state)) return
      cancelHeaders ??= clock.after(HEADERS_LINGER, () => {
        cancelHeaders = undefined
        dispatch({ type: 'headers-due' })
      })
    },
    disturbed: () => dispatch({ type: 'disturbed' }),
    finish(final) {
      scheduler.close(() => dispatch({ type: 'source-ended', headers: final() }))
      return closed.promise
    },
  }
}

/** Whether an update may follow. */
function mayDamage({ type }: Happened): boolean {
  return type === 'append-answered' || type === 'rewritten' || type === 'disturbed'
}

/** Waits until the service holds the text. */
interface Settling {
  /** Length of the text with all that was pushed. */
  readonly length: number
  /** The newest operation when the text had been sent. */
  call: number | undefined
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

function draftOf({ text, headers, len }: Extract<PublishCommand, { readonly len: number }>): Draft {
  return { text, headers, metadata: { len } }
}

/** Runs an operation and passes on how it ended. One that throws instead of rejecting is a rejection like any other. */
function settle<T>(operation: () => Promise<T>, then: (error: unknown, value: T | undefined) => void): void {
  const failed = (error: unknown): void => then(error ?? new Error('rejected'), undefined)
  try {
    void operation().then((value) => then(undefined, value), failed)
  } catch (error) {
    failed(error)
  }
}
