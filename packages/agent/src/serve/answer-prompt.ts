import type { ConversationEvent, Message } from '@streamfold/core'
import type { AnswerContext } from './answer-context.ts'
import type { Answer, Refused } from './answer.ts'
import { refused } from './answer.ts'
import type { Assignment } from './assignment.ts'
import { openBy } from './assignment.ts'
import type { Claim } from './claim.ts'
import { createClaim } from './claim.ts'
import { closeAbandoned } from './close-abandoned.ts'
import type { CancelRequest } from './early-cancels.ts'
import { refuseOpenly } from './refuse-openly.ts'
import type { Run } from './run.ts'
import { waitForTurn } from './wait-for-turn.ts'
import type { Writing } from './write-response.ts'
import { writeResponse } from './write-response.ts'

/** Cancels kept until the prompt has been read. */
const UNREAD = 1_000

/** Begins to answer a prompt, or goes on with its response. @param look finds the prompt, and what it has for responses */
export function answerPrompt(promptSerial: string, look: () => Promise<Assignment | Refused>, context: AnswerContext): Run {
  const { options, clock, conversation, runs, announcer, report } = context
  const { channel } = options
  const stop = new AbortController()
  const over = new AbortController()
  const ended = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()))
  const early: ConversationEvent[] = []
  const unread: CancelRequest[] = []
  let claim: Claim | undefined
  let begun: Assignment | undefined
  let writing: Writing | undefined
  let response: string | undefined

  async function answer(): Promise<Answer> {
    const found = await look().catch(failed)
    const answered = found.type === 'refused' ? found : await respond(found)
    if (answered.type === 'refused') over.abort()
    else void answered.finished.then(() => over.abort())
    return answered
  }

  function failed(error: unknown): Refused {
    report(error)
    return unavailable(error)
  }

  async function respond(found: Assignment): Promise<Answer> {
    const ours = (claim = createClaim(channel, found, clock))
    for (const event of early.splice(0)) ours.note(event)
    const { goesOn } = found
    if (!goesOn) return refuseOpenly(found, ours, conversation.writer, options, clock) ?? write(found, ours)
    // A stop that was pressed while it waited.
    runs.responded(run, goesOn.response.id)
    const isCancelled = unread.some((request) => counts(request, found))
    return goesOn.isReady || isCancelled || goesOn.response.status !== 'waiting' ? write(found, ours) : waiting(goesOn.response)
  }

  function cancel(request: CancelRequest): void {
    if (!begun) return void (unread.length < UNREAD && unread.push(request))
    if (counts(request, begun)) stop.abort()
  }

  function counts({ at, by }: CancelRequest, { broken, prompt }: Assignment): boolean {
    // A cancel of the attempt that failed is over; one that came since is meant for this one.
    return at > (broken.at(-1)?.updatedAt ?? -Infinity) && mayCancel(by, prompt)
  }

  async function write(found: Assignment, ours: Claim): Promise<Answer> {
    const { prompt, restart, goesOn } = found
    begun = found
    unread.splice(0).forEach(cancel)
    if (!goesOn) runs.interrupt(prompt.id, prompt.clientId)
    // A response that goes on has had its turn.
    const turn = options.prompts === 'in-order' && !goesOn ? takeTurn() : Promise.resolve()
    announcer.changed()
    const { serial, finished } = (writing = writeResponse(found, ours, stop, turn, context))
    try {
      const responseSerial = (response = await serial)
      runs.responded(run, responseSerial)
      announcer.changed()
      if (!restart && !goesOn) closeLeftOpen(found)
      return { type: 'answering', responseId: responseSerial, finished }
    } catch (error) {
      return unavailable(error)
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

  function takeTurn(): Promise<void> {
    const { staleAfter } = context
    return waitForTurn(promptSerial, runs.before(promptSerial), conversation, { staleAfter, clock, over: over.signal })
  }

  const run: Run = {
    promptSerial,
    answer: answer(),
    ended,
    get begun() {
      return begun !== undefined
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

function waiting({ id }: Message): Refused {
  return refused('waiting', 'unable to go on; people have not decided all calls of the response', { responseId: id })
}

/** Its message may be shown to users; the cause is for developers. */
function unavailable(cause: unknown): Refused {
  return refused('unavailable', 'unable to answer; the agent cannot read or write the channel now: try again', { cause })
}
