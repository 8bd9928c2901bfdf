import type { Conversation, ConversationEvent, Message } from '@streamfold/core'
import type { AgentOptions, Task } from './agent-options.ts'
import type { Announcer } from './announcer.ts'
import type { Answer, Refused } from './answer.ts'
import { refused } from './answer.ts'
import type { Assignment } from './assignment.ts'
import { messageLimit, messagesUpTo, openBy } from './assignment.ts'
import type { Cancellations, CancelRequest } from './cancellations.ts'
import type { Claim } from './claim.ts'
import { createClaim, RUN } from './claim.ts'
import { checkHeaders } from './check-arguments.ts'
import type { Clock } from '../clock.ts'
import { closeAbandoned } from './close-abandoned.ts'
import { muteable } from '../publish/muteable.ts'
import type { Outcome } from '../publish/outcome.ts'
import type { Report } from '../publish/reporter.ts'
import { refuseOpenly } from './refuse-openly.ts'
import type { Source } from '../source/source.ts'
import { streamResponse } from '../publish/stream-response.ts'
import type { Turns } from './turns.ts'

/** What the answers of one agent share. */
export interface AnswerContext {
  readonly options: AgentOptions
  readonly clock: Clock
  readonly cancellations: Cancellations
  readonly announcer: Announcer
  readonly turns: Turns
  /** Finds the prompt, and what it has for responses. */
  look(promptSerial: string): Promise<Assignment | Refused>
  /** Adds what the archive holds. */
  recalled(conversation: Conversation): Promise<Conversation>
  readonly report: Report
}

/** One prompt being answered. */
export interface Answering {
  readonly answer: Promise<Answer>
  readonly stop: AbortController
  /** Serial of the response, once there is one. */
  readonly response: string | undefined
  note(event: ConversationEvent): void
}

/** The reason when the prompt or the response was deleted: nothing is written any more. */
export const DELETED = new DOMException('the message was deleted', 'AbortError')
const OVER = new DOMException('the response has ended', 'AbortError')
/** Cancels kept until the prompt has been read. */
const UNREAD = 1_000
const TAKEN_OVER = new DOMException('another agent writes the response anew', 'AbortError')

export function answerPrompt(promptSerial: string, desk: AnswerContext): Answering {
  const { options, clock, cancellations, announcer, turns, report } = desk
  const { channel } = options
  const stop = new AbortController()
  const { signal } = stop
  const early: ConversationEvent[] = []
  let claim: Claim | undefined
  let response: string | undefined
  let annotate: Task['annotate'] = () => undefined
  /** Who may cancel is known once the prompt has been read. */
  const unread: CancelRequest[] = []
  let cancel = (request: CancelRequest): void => void (unread.length < UNREAD && unread.push(request))
  const release = [cancellations.watch(promptSerial, (request) => cancel(request)), () => announcer.done(promptSerial)]

  async function answer(): Promise<Answer> {
    const found = await desk.look(promptSerial).catch(failed)
    const answered = found.type === 'refused' ? found : await respond(found)
    const end = (): void => release.forEach((each) => each())
    if (answered.type === 'refused') end()
    else void answered.finished.then(end)
    return answered
  }

  function failed(error: unknown): Refused {
    report(error)
    return unavailable(error)
  }

  function respond(found: Assignment): Promise<Answer> {
    const ours = (claim = createClaim(channel, found, clock))
    early.forEach((event) => ours.note(event))
    return refuseOpenly(found, ours, options, clock) ?? write(found, ours)
  }

  async function write(found: Assignment, ours: Claim): Promise<Answer> {
    const { prompt, broken, restart } = found
    const after = broken.at(-1)?.version ?? ''
    // A cancel of the attempt that failed is over; one that came since is meant for this one.
    const since = broken.at(-1)?.updatedAt ?? -Infinity
    cancel = (request) => void (request.at > since && mayCancel(request.by, prompt) && stop.abort())
    unread.forEach(cancel)
    const turn = turns.take(prompt, (reason) => stop.abort(reason))
    release.push(() => turns.done(prompt.id))
    announcer.working(prompt.id)
    annotate = (more) => {
      checkHeaders('annotate the response', more, [RUN])
      stream.annotate(more)
    }
    const writer = muteable(channel.writer, () => signal.reason === DELETED || signal.reason === TAKEN_OVER)
    const { batch, describe, maxInFlight, repair, silenceLimit, toolLimit, heartbeat, secret } = options
    const stream = streamResponse(writer, ask(found, turn), {
      ...(batch && { batch }),
      ...(describe && { describe }),
      ...(maxInFlight !== undefined && { maxInFlight }),
      ...(repair && { repair }),
      ...(silenceLimit !== undefined && { silenceLimit }),
      ...(toolLimit !== undefined && { toolLimit }),
      ...(heartbeat !== undefined && { heartbeat }),
      onError: report,
      clock,
      replyTo: prompt.id,
      failedBefore: broken.length,
      ...(secret !== undefined && { secret }),
      owner: (serial, guessable) => ours.owner(serial, after, guessable),
      signal,
      turn,
      headers: { ...options.headers, [RUN]: ours.run },
      async confirm(serial) {
        // Who wrote one that was just created is known by now; one that is restarted is an agent's.
        const mine = (await ours.owner(serial, after, false)) === 'ours'
        if (mine) ours.guard(serial, { lost: () => stop.abort(TAKEN_OVER), disturbed: () => stream.disturbed() })
        return mine
      },
      ...(restart && { restart: restart.id }),
    })
    const finished = stream.finished.then((outcome) => {
      const ended = signal.reason === TAKEN_OVER ? takenOver(outcome) : outcome
      // A model that is still at it, silent or for nobody, would go on and cost.
      if (ended.status !== 'complete') stop.abort(OVER)
      return ended
    })
    try {
      const responseSerial = (response = await stream.serial)
      release.push(cancellations.watch(responseSerial, cancel))
      announcer.working(prompt.id, responseSerial)
      if (!restart) closeLeftOpen(found)
      return { type: 'answering', responseId: responseSerial, finished }
    } catch (error) {
      return unavailable(error)
    }
  }

  function mayCancel(by: string | undefined, prompt: Message): boolean {
    try {
      return (options.mayCancel ?? byDefault)(by, prompt)
    } catch (error) {
      report(error)
      return false
    }
  }

  function byDefault(by: string | undefined, prompt: Message): boolean {
    return by === prompt.clientId || by === channel.clientId
  }

  /** What an agent that died has left is ended where it is not written over: an answer of several messages, or one of several tries. */
  function closeLeftOpen({ conversation, prompt }: Assignment): void {
    for (const part of openBy(conversation, channel.clientId))
      if (part.replyTo === prompt.id) void closeAbandoned(channel, part).catch(report)
  }

  /** The model is asked when it is the prompt's turn, and not when the answer is not wanted any more: a model costs. */
  async function ask({ prompt, conversation: known }: Assignment, turn: Promise<void>): Promise<Source> {
    await turn
    if (signal.aborted) return nothing()
    // Whoever waited for the answers before has not read them yet.
    const conversation = await desk.recalled(options.prompts === 'in-order' ? await channel.conversation() : known)
    if (signal.aborted) return nothing()
    const messages = messagesUpTo(conversation, prompt).slice(-messageLimit(channel))
    return options.respond({ messages, prompt, signal, annotate })
  }

  return {
    answer: answer(),
    stop,
    get response() {
      return response
    },
    note(event) {
      if (claim) claim.note(event)
      else early.push(event)
    },
  }
}

function takenOver({ repairs }: Outcome): Outcome {
  return { status: 'superseded', text: '', repairs }
}

/** Its message may be shown to users; the cause is for developers. */
function unavailable(cause: unknown): Refused {
  return refused('unavailable', 'unable to answer; the agent cannot read or write the channel now: try again', { cause })
}

async function* nothing(): AsyncGenerator<string> {}
