import type { Headers } from '@streamfold/core'
import { takeStep } from '@streamfold/core/transport'
import { isPermanentError } from './is-permanent-error.ts'
import type { Settings } from '../options/options.ts'
import type { PublishAction, PublishPlace, PublishStepEvent } from './publish-table.ts'
import { publishTable } from './publish-table.ts'

/** All that is known of one message being published. An immutable value that `publishState` turns into the next. */
export interface PublishState {
  readonly limits: Pick<Settings, 'maxInFlight' | 'repair'>
  /** The state of the machine. */
  readonly place: PublishPlace
  /** Empty until the service holds the message. */
  readonly serial: string
  /** Number that the update must have at least before appends go out again; 0 where none is needed. */
  readonly rewriteCall: number
  /** The headers that the next operation carries. */
  readonly headers: Headers
  /** The headers that the last operation carried. */
  readonly sentHeaders: Headers
  /** Changed headers have waited long enough; they go out as soon as fewer than `maxInFlight` appends are unanswered. */
  readonly headersDue: boolean
  /** Text that operations have carried. */
  readonly text: string
  /** Text that no operation has carried yet. */
  readonly waiting: string
  /** Appends that are not answered. */
  readonly inFlight: number
  /** When the last append went out, in milliseconds. */
  readonly sentAt: number
  /** Number of the newest append or update: they are numbered as they are called. */
  readonly calls: number
  /** Number of the newest operation that was rejected. */
  readonly rejectedCall: number
  /** Number of the newest update that was accepted. */
  readonly repairedCall: number
  readonly repairedAt: number
  readonly repairs: number
  /** Rejections in a row of the create or of repairs. */
  readonly failures: number
  readonly lastError: unknown
}

/** What happens to a message being published. `at` is the time, in milliseconds; `isBusy` says that others on the connection have their turn first. */
export type PublishEvent = { readonly at: number; readonly isBusy?: boolean } & (
  | { readonly type: 'create-answered'; readonly serial: string | undefined; readonly error: unknown }
  | { readonly type: 'append-answered' | 'update-answered'; readonly call: number; readonly error: unknown }
  | { readonly type: 'pause-over' }
  /** The source gave text. */
  | { readonly type: 'text'; readonly text: string }
  /** All text so far is another one: appends wait until an update has replaced it. */
  | { readonly type: 'rewritten'; readonly text: string; readonly headers: Headers }
  /** The scheduler lets the waiting text out. */
  | { readonly type: 'append-due' }
  | { readonly type: 'headers'; readonly headers: Headers }
  /** Changed headers wait no longer for an append that takes them along. */
  | { readonly type: 'headers-due' }
  /** The source is silent: an empty append is due where nothing was sent for `silence` milliseconds. */
  | { readonly type: 'heartbeat'; readonly silence: number }
  /** Another writer has changed the message. */
  | { readonly type: 'disturbed' }
  | { readonly type: 'source-ended'; readonly headers: Headers }
)

/** What the interpreter does, in the order given. */
export type PublishCommand =
  | { readonly type: 'create'; readonly headers: Headers }
  /** `scheduled`: the scheduler has let it out, so it is counted already. */
  | {
      readonly type: 'append'
      readonly call: number
      readonly text: string
      readonly headers: Headers
      /** Length of the whole text after it, in UTF-16 code units (P104). */
      readonly len: number
      readonly scheduled: boolean
    }
  | { readonly type: 'update'; readonly call: number; readonly text: string; readonly headers: Headers; readonly len: number }
  /** `pause-over` is due after `ms` milliseconds. */
  | { readonly type: 'pause'; readonly ms: number }
  /** Nothing can be written any more: the source is closed. */
  | { readonly type: 'stop'; readonly error: unknown }
  /** `error`: why the service's text may differ; undefined when it is known to be equal. */
  | { readonly type: 'close'; readonly repairs: number; readonly error: unknown }

type Result = readonly [state: PublishState, commands: readonly PublishCommand[]]

const nothing: readonly PublishCommand[] = []

/** The state of a message that does not exist yet, and the command that creates it. @param text what the create gives it */
export function beginPublish(headers: Headers, limits: PublishState['limits'], text = ''): Result {
  const state: PublishState = {
    limits,
    place: 'opening.creating',
    serial: '',
    rewriteCall: 0,
    headers,
    sentHeaders: headers,
    headersDue: false,
    text,
    waiting: '',
    inFlight: 0,
    sentAt: -Infinity,
    calls: 0,
    rejectedCall: 0,
    repairedCall: 0,
    repairedAt: -Infinity,
    repairs: 0,
    failures: 0,
    lastError: undefined,
  }
  return [state, [{ type: 'create', headers }]]
}

/**
 * The next state of a message being published, and the commands that are due. Pure and total.
 *
 * Why this converges. The service handles operations in the order of the calls, so each gets a number as it is called. A rejection
 * says little: the append may be gone, applied (its ACK was lost), or folded into a later append. Only a full update settles it. An
 * update called as number n carries all text handed over before n and discards what was folded or pending at the service, so, once
 * accepted, it makes good every rejection of an operation before n, also of one whose rejection arrives later; appends called after
 * it extend the right text. Hence the whole truth is two numbers: the text is damaged exactly while the newest rejected operation
 * is newer than the newest accepted update.
 */
export function publishState(state: PublishState, event: PublishEvent): Result {
  const { at, isBusy = false } = event
  switch (event.type) {
    case 'text':
      return [{ ...state, waiting: state.waiting + event.text }, nothing]
    case 'rewritten': {
      const call = state.calls + 1
      const next = { ...state, text: event.text, waiting: '', headers: event.headers, rewriteCall: call }
      return reject(next, call, new Error('the text was not replaced yet'), at, isBusy)
    }
    case 'append-due':
      return isRewriting(state) ? [state, nothing] : append(state, at, true)
    case 'append-answered':
      return andThen(
        event.error === undefined
          ? [{ ...state, inFlight: state.inFlight - 1 }, nothing]
          : reject(state, event.call, event.error, at, isBusy, -1),
        (next) => settled(next, at),
      )
    case 'update-answered':
      return andThen(updateAnswered(state, event.call, event.error, at), (next) => settled(next, at))
    case 'create-answered':
      return createAnswered(state, event.serial, event.error, at)
    case 'pause-over':
      return advance(state, 'pause.over', at)
    case 'headers':
      return [{ ...state, headers: event.headers }, nothing]
    case 'headers-due':
      return sendHeaders({ ...state, headersDue: true }, at)
    case 'heartbeat':
      return isHeartbeatDue(state, at, event.silence) ? append(state, at, true) : [state, nothing]
    case 'disturbed':
      return reject(state, state.calls + 1, new Error('another writer has changed the message'), at, isBusy)
    case 'source-ended':
      return advance({ ...state, failures: 0, headers: event.headers }, 'source.ended', at)
    default:
      return event satisfies never
  }
}

/** Whether text from the source is still taken. */
export function isStreaming({ place }: PublishState): boolean {
  return place === 'streaming.intact' || place === 'streaming.updating' || place === 'streaming.pausing'
}

/** Whether readers have been given nothing for `silence` milliseconds, and nothing is on its way. */
export function isHeartbeatDue(state: PublishState, at: number, silence: number): boolean {
  const quiet = at - state.sentAt
  return isStreaming(state) && !isRewriting(state) && state.inFlight === 0 && !(quiet >= 0 && quiet < silence)
}

/** Whether an update must replace the text before an append may extend it: it would extend one with another meaning. */
export function isRewriting({ rewriteCall, repairedCall }: PublishState): boolean {
  return rewriteCall > repairedCall
}

/** Whether the last operation carried other headers than the next one would. */
export function hasUnsentHeaders({ headers, sentHeaders }: PublishState): boolean {
  return headers !== sentHeaders && JSON.stringify(headers) !== JSON.stringify(sentHeaders)
}

/** Takes the step of the machine, and turns its actions into changes of the state and commands. */
function advance(state: PublishState, event: PublishStepEvent, at: number): Result {
  const [place, ...actions] = takeStep(publishTable, state.place, event)
  if (place === state.place && actions.length === 0) return [state, nothing]
  return actions.reduce<Result>(
    (result, action) => andThen(result, (next) => act(next, action, at)),
    [{ ...state, place }, nothing],
  )
}

function act(state: PublishState, action: PublishAction, at: number): Result {
  switch (action) {
    case 'create':
      return [{ ...state, sentHeaders: state.headers }, [{ type: 'create', headers: state.headers }]]
    case 'append':
      return isRewriting(state) ? [keepForUpdate(state), nothing] : append(state, at, true)
    case 'keep':
      return [{ ...state, text: state.text + state.waiting, waiting: '' }, nothing]
    case 'update': {
      const { text, headers } = state
      const call = state.calls + 1
      return [{ ...state, calls: call, sentHeaders: headers }, [{ type: 'update', call, text, headers, len: text.length }]]
    }
    case 'pause':
      return [state, [{ type: 'pause', ms: pauseOf(state, at) }]]
    case 'stop':
      return [state, [{ type: 'stop', error: state.lastError }]]
    case 'close': {
      const error = isDamaged(state) ? (state.lastError ?? new Error('rejected')) : undefined
      return [state, [{ type: 'close', repairs: state.repairs, error }]]
    }
    default:
      return action satisfies never
  }
}

/** The update under way does not have the last text and headers, so that another one must follow it. */
function keepForUpdate(state: PublishState): PublishState {
  const call = state.calls + 1
  return { ...state, text: state.text + state.waiting, waiting: '', calls: call, rejectedCall: call, rewriteCall: call }
}

function append(state: PublishState, at: number, scheduled: boolean): Result {
  const { waiting, headers } = state
  const call = state.calls + 1
  const text = state.text + waiting
  const next = {
    ...state,
    text,
    waiting: '',
    calls: call,
    inFlight: state.inFlight + 1,
    sentAt: at,
    sentHeaders: headers,
    headersDue: false,
  }
  return [next, [{ type: 'append', call, text: waiting, headers, len: text.length, scheduled }]]
}

function createAnswered(state: PublishState, serial: string | undefined, error: unknown, at: number): Result {
  if (serial !== undefined) return advance({ ...state, serial, failures: 0 }, 'create.accepted', at)
  const failures = state.failures + 1
  const lost = isPermanentError(error) || failures > state.limits.repair.retries
  return advance({ ...state, failures, lastError: error }, lost ? 'create.given-up' : 'create.rejected', at)
}

function updateAnswered(state: PublishState, call: number, error: unknown, at: number): Result {
  if (error === undefined) {
    const next = { ...state, repairedCall: call, repairedAt: at, repairs: state.repairs + 1, failures: 0 }
    return advance(next, isDamaged(next) ? 'repair.outdated' : 'repair.accepted', at)
  }
  if (isPermanentError(error)) return advance({ ...state, lastError: error }, 'repair.rejected-permanently', at)
  // A rejection that passes is no reason to give up before the end: the stream goes on, and a later repair makes all good.
  const failures = state.failures + 1
  const lost = failures > state.limits.repair.retries && !isStreaming(state)
  return advance({ ...state, failures, lastError: error }, lost ? 'repair.given-up' : 'repair.rejected', at)
}

/**
 * A rejected append is not sent again, because its text may already be in the message (P16): an update with the full text follows.
 * If the channel rejects repeatedly (its rate is exceeded), repairs keep a pause, so that full texts do not flood it. One for which the connection has no turn now waits
 * for that, as a pause.
 */
function reject(state: PublishState, call: number, error: unknown, at: number, isBusy: boolean, inFlight = 0): Result {
  const next = {
    ...state,
    inFlight: state.inFlight + inFlight,
    calls: Math.max(state.calls, call),
    rejectedCall: Math.max(state.rejectedCall, call),
    lastError: error,
  }
  if (!isDamaged(next)) return [next, nothing]
  const soon = at - next.repairedAt < next.limits.repair.pause
  return advance(next, soon || isBusy ? 'text.damaged-again' : 'text.damaged', at)
}

/** An operation was answered: headers that waited for it go out, and the message may be done. */
function settled(state: PublishState, at: number): Result {
  if (state.headersDue && !isRewriting(state) && state.inFlight < state.limits.maxInFlight)
    return andThen(sendHeaders(state, at), (next) => settled(next, at))
  if (state.inFlight > 0 || isStreaming(state)) return [state, nothing]
  // After the last append there is none that takes headers along.
  if (state.place === 'flushing' && hasUnsentHeaders(state)) return append(state, at, false)
  return advance(state, 'operations.settled', at)
}

function sendHeaders(state: PublishState, at: number): Result {
  if (!isStreaming(state) || !hasUnsentHeaders(state)) return [{ ...state, headersDue: false }, nothing]
  const mayAppend = state.inFlight < state.limits.maxInFlight && !isRewriting(state)
  return mayAppend ? append(state, at, false) : [state, nothing]
}

/** Whether the service may hold another text than operations have carried. */
export function isDamaged({ rejectedCall, repairedCall }: PublishState): boolean {
  return rejectedCall > repairedCall
}

/** The pause before the next try, in milliseconds: it doubles with each failure in a row. */
function pauseOf({ failures, repairedAt, limits: { repair } }: PublishState, at: number): number {
  if (failures > 0) return Math.min(repair.longest, repair.pause * 2 ** (failures - 1))
  // At most the pause, also by a clock that was set back.
  return Math.max(0, Math.min(repair.pause, repairedAt + repair.pause - at))
}

function andThen([state, commands]: Result, then: (state: PublishState) => Result): Result {
  const [next, more] = then(state)
  if (more.length === 0) return [next, commands]
  return [next, commands.length === 0 ? more : [...commands, ...more]]
}
