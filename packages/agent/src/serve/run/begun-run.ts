import type { Conversation, Message } from '@streamfold/core'
import { selectMessage, selectMessages } from '@streamfold/core'
import type { Recorded } from '../../journal/journal.ts'
import { fromRecorded, toRecorded } from '../../journal/recordable.ts'
import type { ResponseCall } from '../../publish/parts/response-calls.ts'
import type { Refused, TakenIn } from '../prompt/answer.ts'
import type { Assignment } from '../prompt/assignment.ts'
import { givenOver } from '../prompt/assignment.ts'
import type { Continuation } from '../waiting/continuation.ts'
import { recordsOf } from '../waiting/continuation.ts'
import { RUN } from '../claim/run-header.ts'

/** What the first attempt of a run has found: the later ones go on from there, whatever the channel says since. */
export type BegunRun = BegunAssignment | { readonly type: 'over'; readonly answer: Refused | TakenIn }

interface BegunAssignment {
  readonly type: 'begun'
  /** The service's time, in milliseconds. */
  readonly at: number
  readonly prompt: Message
  readonly asked: Message
  /** Serials of the responses that the prompt had. */
  readonly before: readonly string[]
  readonly goesOn: BegunContinuation | undefined
}

/** A `Map` is no JSON. */
type BegunContinuation = Omit<Continuation, 'resumed'> & {
  readonly resumed: Omit<Continuation['resumed'], 'calls'> & { readonly calls: readonly ResponseCall[] }
}

export function recordRun(found: Assignment | Refused | TakenIn, at: number): Recorded {
  if (found.type !== 'assignment') {
    // Its cause is for the developer's log.
    return toRecorded({ type: 'over', answer: { ...found, cause: undefined } })
  }
  const { prompt, asked, broken, goesOn } = found
  const before = broken.filter(({ id }) => id !== found.restart?.id).map(({ id }) => id)
  const begun = goesOn && { ...goesOn, resumed: { ...goesOn.resumed, calls: [...goesOn.resumed.calls.values()] } }
  return toRecorded({ type: 'begun', at, prompt, asked, before, goesOn: begun })
}

export function readRun(recorded: Recorded): BegunRun {
  return fromRecorded(recorded) as BegunRun // As `recordRun` wrote it.
}

/** The assignment of a later attempt: over what the earlier ones have written. */
export function takeUp(begun: BegunAssignment, conversation: Conversation): Assignment {
  const { prompt, asked, before, goesOn } = begun
  const found = { type: 'assignment' as const, prompt, asked, conversation, givenOver: givenOver(conversation, prompt.id) }
  if (goesOn) return { ...found, broken: [], restart: undefined, ...goOnAgain(goesOn, conversation) }
  const all = selectMessages(conversation).filter(({ role, replyTo }) => role === 'assistant' && replyTo === prompt.id)
  const own = all.findLast(({ id }) => !before.includes(id))
  if (!own) return { ...found, broken: all, restart: undefined, goesOn: undefined, further: [] }
  const records = recordsOf(conversation, own.id)
  const versions = records.map(({ version }) => version)
  const version = versions.reduce((newest, each) => (each > newest ? each : newest), own.version)
  const headers = records.at(-1)?.headers ?? own.headers
  const restart = { ...own, version, headers }
  const further = records.slice(1).map(({ id }) => id)
  return { ...found, broken: [restart], restart, goesOn: undefined, further, ended: endOf(own, own.id) }
}

function endOf({ status, text, finish }: Message, serial: string): Assignment['ended'] {
  if (status !== 'complete' && status !== 'cancelled' && status !== 'waiting') return undefined
  return { status, text, serial, repairs: 0, ...(finish && { finish }) }
}

/** A response that went on, as it was then, and the messages in which it is now. */
function goOnAgain(begun: BegunContinuation, conversation: Conversation): Pick<Assignment, 'goesOn' | 'further' | 'ended'> {
  const { resumed } = begun
  const { id, serial, continues } = resumed
  const records = recordsOf(conversation, id)
  const isWritten = (at: (typeof records)[number]): boolean =>
    serial === undefined ? at.placement?.continues === continues : at.id === serial
  const first = records.findIndex(isWritten)
  const written = first < 0 ? [] : records.slice(first)
  const calls = new Map(resumed.calls.map((call) => [call.id, call]))
  const [message] = written
  const run = written.at(-1)?.headers[RUN] ?? begun.run
  const response = selectMessage(conversation, id)
  return {
    goesOn: {
      ...begun,
      version: message?.version ?? begun.version,
      run,
      resumed: { ...resumed, serial: message?.id ?? serial, calls },
    },
    further: written.slice(1).map((record) => record.id),
    // It has waited since before.
    ended: response && run !== begun.run ? endOf(response, id) : undefined,
  }
}
