import type { Conversation, ConversationEvent } from '@streamfold/core'
import type { AgentOptions, Task } from './agent-options.ts'
import type { Announcer } from './announcer.ts'
import type { Answer, Refused } from './answer.ts'
import { refused } from './answer.ts'
import type { Assignment } from './assignment.ts'
import { messageLimit, messagesUpTo, openBy } from './assignment.ts'
import type { Cancellations } from './cancellations.ts'
import type { Claim } from './claim.ts'
import { createClaim, RUN } from './claim.ts'
import type { Clock } from './clock.ts'
import { closeAbandoned } from './close-abandoned.ts'
import { muteable } from './muteable.ts'
import type { Outcome } from './outcome.ts'
import type { Report } from './reporter.ts'
import { refuseOpenly } from './refuse-openly.ts'
import { responseId } from './response-id.ts'
import type { Source } from './source.ts'
import { streamResponse } from './stream-response.ts'
import type { Turns } from './turns.ts'

/** What the answers of one agent share. */
export interface Desk {
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
  note(event: ConversationEvent): void
}

/** The reason when the prompt or the response was deleted: nothing is written any more. */
export const DELETED = new DOMException('the message was deleted', 'AbortError')
const OVER = new DOMException('the response has ended', 'AbortError')
const TAKEN_OVER = new DOMException('another agent writes the response anew', 'AbortError')

export function answerPrompt(promptSerial: string, desk: Desk): Answering {
  const { options, clock, cancellations, announcer, turns, report } = desk
  const { channel } = options
  const stop = new AbortController()
  const { signal } = stop
  const early: ConversationEvent[] = []
  let claim: Claim | undefined
  let annotate: Task['annotate'] = () => undefined
  let cancelledAt = -Infinity
  let cancel = (at: number): void => void (cancelledAt = at)
  const release = [cancellations.watch(promptSerial, (at) => cancel(at)), () => announcer.done(promptSerial)]

  async function answer(): Promise<Answer> {
    const found = await desk.look(promptSerial).catch(failed)
    const answered = found.type === 'refused' ? found : await (refuseOpenly(found, options, clock) ?? write(found))
    const end = (): void => release.forEach((each) => each())
    if (answered.type === 'refused') end()
    else void answered.finished.then(end)
    return answered
  }

  function failed(error: unknown): Refused {
    report(error)
    return unavailable(error)
  }

  async function write(found: Assignment): Promise<Answer> {
    const { prompt, broken, restart } = found
    // A cancel of the attempt that failed is over; one that came since is meant for this one.
    const since = broken.at(-1)?.updatedAt ?? -Infinity
    cancel = (at) => void (at > since && stop.abort())
    cancel(cancelledAt)
    const ours = (claim = createClaim(channel, prompt.id, broken.at(-1)?.headers[RUN], clock))
    early.forEach((event) => ours.note(event))
    const turn = turns.take(prompt.id, (reason) => stop.abort(reason))
    release.push(() => turns.done(prompt.id))
    announcer.working(prompt.id)
    const headers: Record<string, string> = { ...options.headers, [RUN]: ours.run }
    annotate = (more) => void Object.assign(headers, more, { [RUN]: ours.run })
    const writer = muteable(channel.writer, () => signal.reason === DELETED || signal.reason === TAKEN_OVER)
    const { batch, describe, maxInFlight, repair, silenceLimit, heartbeat } = options
    const stream = streamResponse(writer, ask(found, turn), {
      ...(batch && { batch }),
      ...(describe && { describe }),
      ...(maxInFlight !== undefined && { maxInFlight }),
      ...(repair && { repair }),
      ...(silenceLimit !== undefined && { silenceLimit }),
      ...(heartbeat !== undefined && { heartbeat }),
      onError: report,
      clock,
      replyTo: prompt.id,
      id: broken.length > 0 ? `${responseId(prompt.id)}-${broken.length + 1}` : responseId(prompt.id),
      signal,
      headers,
      async confirm(serial) {
        const mine = await ours.confirm(serial, broken.at(-1)?.version ?? '')
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
      const responseSerial = await stream.serial
      release.push(cancellations.watch(responseSerial, cancel))
      announcer.working(prompt.id, responseSerial)
      if (!restart) closeLeftOpen(found)
      return { type: 'answering', responseId: responseSerial, finished }
    } catch (error) {
      return unavailable(error)
    }
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
    note(event) {
      if (claim) claim.note(event)
      else early.push(event)
    },
  }
}

function takenOver({ repairs }: Outcome): Outcome {
  return { status: 'yielded', text: '', repairs }
}

/** Its message may be shown to users; the cause is for developers. */
function unavailable(cause: unknown): Refused {
  return refused('unavailable', 'unable to answer; the agent cannot read or write the channel now: try again', { cause })
}

async function* nothing(): AsyncGenerator<string> {}
