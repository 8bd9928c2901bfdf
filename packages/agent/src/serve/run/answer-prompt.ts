import type { Conversation, ConversationEvent, Message } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import type { AnswerContext } from './answer-context.ts'
import type { Answer, Refused, TakenIn } from '../prompt/answer.ts'
import { refused } from '../prompt/answer.ts'
import type { Assignment } from '../prompt/assignment.ts'
import { openBy } from '../prompt/assignment.ts'
import { readRun, recordRun, takeUp } from './begun-run.ts'
import type { Claim } from '../claim/claim.ts'
import { createClaim } from '../claim/claim.ts'
import { closeAbandoned } from '../claim/close-abandoned.ts'
import type { Continuation } from '../waiting/continuation.ts'
import type { CancelRequest } from '../prompt/early-cancels.ts'
import type { Journal } from '../../journal/journal.ts'
import { isBefore } from '../prompt/path-to.ts'
import { refuseOpenly } from '../prompt/refuse-openly.ts'
import { ReaderError } from '../../publish/reader-error.ts'
import { observerOf } from './observer-of.ts'
import type { Run } from './run.ts'
import { DELETED, LEFT } from './run.ts'
import type { SteeringRules } from './steering.ts'
import { promptsTakenIn } from '../../model-input/segments.ts'
import { responseFor, responseWith } from './steering.ts'
import { waitForTurn, waitWhile } from './wait-for-turn.ts'
import type { Recording, Writing } from './write-response.ts'
import { writeResponse } from './write-response.ts'

/** Cancels kept until the prompt has been read. */
const UNREAD = 1_000

/** What is answered. */
export interface PromptWork {
  /** Finds the prompt, and what it has for responses. */
  readonly look: () => Promise<Assignment | Refused>
  /** Reads the conversation for a later attempt. */
  readonly lookAgain: () => Promise<Conversation>
  /** Where the run records its steps. */
  readonly journal?: Journal
}

/** Begins to answer a prompt, or goes on with its response. */
export function answerPrompt(promptSerial: string, { look, lookAgain, journal }: PromptWork, context: AnswerContext): Run {
  const { options, clock, conversation, runs, announcer, report } = context
  const { channel, prompts: order = 'concurrently' } = options
  const steering: SteeringRules = { channel, order, report }
  const stop = new AbortController()
  const over = new AbortController()
  const ended = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()))
  const early: ConversationEvent[] = []
  const unread: CancelRequest[] = []
  let claim: Claim | undefined
  let queued: Assignment | undefined
  let begun: Assignment | undefined
  let writing: Writing | undefined
  let response: string | undefined
  let recording: Recording | undefined
  /** Cancels before it are over; undefined where the newest response says it. */
  let since: number | undefined
  const leave = (): void => stop.abort(LEFT)
  if (journal?.signal?.aborted) leave()
  else journal?.signal?.addEventListener('abort', leave, { once: true })

  async function answer(): Promise<Answer> {
    const found = await (journal ? unlessLeft(recorded(journal)) : look().then(inTurn)).catch(failed)
    const answered = found.type === 'assignment' ? await respond(found) : found
    if (answered.type === 'answering') void answered.finished.then(() => over.abort())
    else over.abort()
    return answered
  }

  /** The engine may let go of an attempt without settling what it waits for. */
  function unlessLeft<Value>(work: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const left = (): void => void (stop.signal.reason === LEFT && reject(LEFT))
      left()
      stop.signal.addEventListener('abort', left, { once: true })
      work.then(resolve, reject)
    })
  }

  /** The first attempt looks for the prompt; a later one goes on from what it has found. */
  async function recorded(to: Journal): Promise<Assignment | Refused | TakenIn> {
    let first: Assignment | Refused | TakenIn | undefined
    const kept = await to.run('begin', async () => {
      const found = await look().then(inTurn)
      // The next attempt looks for it.
      if (stop.signal.reason === LEFT) throw LEFT
      if (found.type === 'refused' && found.reason === 'closed') throw new Error(found.message)
      const isWaiting = found.type === 'assignment' && found.goesOn && waits(found, found.goesOn)
      first = isWaiting ? waiting(found.goesOn.response) : found
      return recordRun(first, clock.now())
    })
    const begun = readRun(kept)
    if (begun.type === 'over') return begun.answer
    since = begun.at
    recording = { journal: to, isLater: first === undefined }
    if (first) return first
    const found = takeUp(begun, await lookAgain())
    if (selectMessage(found.conversation, found.prompt.id)?.status === 'deleted') stop.abort(DELETED)
    return found
  }

  /** Waits until a running response has taken the prompt in, or has ended without it, and in a queue until the earlier prompts have their answers. */
  async function inTurn(found: Assignment | Refused): Promise<Assignment | Refused | TakenIn> {
    if (found.type === 'refused' || found.goesOn) return found
    const taken = responseWith(found.conversation, promptSerial)
    if (taken) return { type: 'taken-in', responseId: taken.id }
    const running = responseFor(found.conversation, found.prompt, steering)
    const waits = running !== undefined || order === 'queue' || order === 'steer'
    if (!waits) return found
    queued = found
    unread.splice(0).forEach(cancel)
    const waiting = { conversation, staleAfter: context.staleAfter, clock, over: stop.signal }
    if (running) await waitWhile((known) => runningWithout(known, running.id), waiting)
    if (!running || !responseWith(await conversation.current(), promptSerial))
      await waitForTurn(found.asked, earlier(found), waiting)
    if (stop.signal.reason === DELETED) return refused('unknown-prompt', `unable to answer ${promptSerial}; it was deleted`)
    // The next process of the agent answers it.
    if (stop.signal.reason instanceof ReaderError) return refused('closed', 'unable to answer; this agent was closed')
    // It may have been edited, withdrawn, taken in or answered meanwhile.
    const again = await look()
    const response = responseWith(await conversation.current(), promptSerial)
    return response ? { type: 'taken-in', responseId: response.id } : again
  }

  /** The runs of earlier prompts of its branch: what is written on another one does not hold it up. */
  function earlier({ conversation: known, asked }: Assignment): readonly Run[] {
    return runs.before(promptSerial).filter((other) => isBefore(known, other, asked))
  }

  /** The response, while it has not taken the prompt in. */
  function runningWithout(known: Conversation, responseSerial: string): readonly Message[] {
    const response = selectMessage(known, responseSerial)
    return response && !promptsTakenIn(response).has(promptSerial) ? [response] : []
  }

  function failed(error: unknown): Refused {
    if (error !== LEFT) report(error)
    return unavailable(error)
  }

  async function respond(found: Assignment): Promise<Answer> {
    const ours = (claim = createClaim(channel, found, clock))
    for (const event of early.splice(0)) ours.note(event)
    const { goesOn } = found
    if (!goesOn) return refuseOpenly(found, ours, conversation.writer, options, clock) ?? write(found, ours)
    return !journal && waits(found, goesOn) ? waiting(goesOn.response) : write(found, ours)
  }

  function waits(found: Assignment, { response: waited, isReady }: Continuation): boolean {
    // A stop that was pressed while it waited.
    runs.responded(run, waited.id)
    const isCancelled = unread.some((request) => counts(request, found))
    return !isReady && !isCancelled && waited.status === 'waiting'
  }

  function cancel(request: CancelRequest): void {
    const known = begun ?? queued
    if (!known) return void (unread.length < UNREAD && unread.push(request))
    if (counts(request, known)) stop.abort()
  }

  function counts({ at, by }: CancelRequest, { broken, prompt }: Assignment): boolean {
    // A cancel of the attempt that failed is over; one that came since is meant for this one.
    return at > (since ?? broken.at(-1)?.updatedAt ?? -Infinity) && mayCancel(by, prompt)
  }

  async function write(found: Assignment, ours: Claim): Promise<Answer> {
    const { prompt, restart, goesOn } = found
    begun = found
    unread.splice(0).forEach(cancel)
    if (!goesOn) runs.interrupt(prompt.id, prompt.clientId)
    announcer.changed()
    const { serial, finished } = (writing = writeResponse(found, ours, stop, context, observerOf(found, context), recording))
    try {
      const responseSerial = (response = await serial)
      runs.responded(run, responseSerial)
      announcer.changed()
      if (!restart && !goesOn) closeLeftOpen(found)
      return { type: 'answering', responseId: responseSerial, finished }
    } catch (error) {
      // While its create was refused.
      const taken = responseWith(await conversation.current().catch(() => found.conversation), promptSerial)
      return taken ? { type: 'taken-in', responseId: taken.id } : unavailable(error)
    }
  }

  function mayCancel(by: string | undefined, prompt: Message): boolean {
    try {
      return channel.permissions?.mayCancel?.(by, prompt) ?? (by === prompt.clientId || by === channel.clientId)
    } catch (error) {
      report(error)
      return false
    }
  }

  /** Ends what an agent that died has left where it is not written over: an answer of several messages, or one of several tries. */
  function closeLeftOpen({ conversation: known, prompt }: Assignment): void {
    for (const part of openBy(known, channel.clientId))
      if (part.replyTo === prompt.id) void closeAbandoned(conversation.writer, part).catch(report)
  }

  const run: Run = {
    promptSerial,
    answer: answer(),
    ended,
    get begun() {
      return begun !== undefined
    },
    get queued() {
      return queued !== undefined
    },
    get asked() {
      return (begun ?? queued)?.asked.id
    },
    get author() {
      return begun?.prompt.clientId
    },
    get response() {
      return response
    },
    stop: (reason) => stop.abort(reason),
    cancel,
    receive(event) {
      if (claim) claim.note(event)
      else early.push(event)
      if ('serial' in event) writing?.noted(event.serial)
    },
  }
  return run
}

/** A response whose calls people have not decided. */
function waiting({ id }: Message): Refused {
  return refused('waiting', 'unable to go on; people have not decided all calls of the response', { responseId: id })
}

/** Its message may be shown to users; the cause is for developers. */
function unavailable(cause: unknown): Refused {
  return refused('unavailable', 'unable to answer; the agent cannot read or write the channel now: try again', { cause })
}
