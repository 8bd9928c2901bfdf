import type { Conversation, ConversationEvent, Message } from '@streamfold/core'
import type { AgentOptions, Task } from './agent-options.ts'
import type { Announcer } from './announcer.ts'
import type { Answer, Refused } from './answer.ts'
import { refused } from './answer.ts'
import type { Assignment } from './assignment.ts'
import { messageLimit, messagesUpTo, openBy } from './assignment.ts'
import type { CancelRequest } from './early-cancels.ts'
import type { FollowedConversation } from './followed-conversation.ts'
import type { Claim } from './claim.ts'
import { createClaim, RUN } from './claim.ts'
import { checkHeaders } from './check-arguments.ts'
import type { Clock } from '../clock.ts'
import { closeAbandoned } from './close-abandoned.ts'
import { muteable } from '../publish/muteable.ts'
import type { Outcome } from '../publish/outcome.ts'
import type { Report } from '../publish/reporter.ts'
import { refuseOpenly } from './refuse-openly.ts'
import type { Run } from './run.ts'
import { DELETED } from './run.ts'
import type { Source } from '../source/source.ts'
import { streamResponse } from '../publish/stream-response.ts'
import type { Runs } from './runs.ts'
import { waitForTurn } from './wait-for-turn.ts'

/** What the runs of one agent share. */
export interface AnswerContext {
  readonly options: AgentOptions
  readonly clock: Clock
  readonly staleAfter: number
  readonly conversation: FollowedConversation
  readonly runs: Runs
  readonly announcer: Announcer
  /** Finds the prompt, and what it has for responses. */
  look(promptSerial: string): Promise<Assignment | Refused>
  /** Adds what the archive holds. */
  recalled(conversation: Conversation): Promise<Conversation>
  /** Adds to messages what readers did not receive of them. */
  withAll(conversation: Conversation, messages: readonly Message[]): Promise<readonly Message[]>
  readonly report: Report
}

const OVER = new DOMException('the response has ended', 'AbortError')
/** Cancels kept until the prompt has been read. */
const UNREAD = 1_000
const SUPERSEDED = new DOMException('another agent writes the response again', 'AbortError')

/** Begins to answer a prompt. */
export function answerPrompt(promptSerial: string, context: AnswerContext): Run {
  const { options, clock, conversation, runs, announcer, report } = context
  const { channel } = options
  const stop = new AbortController()
  const { signal } = stop
  const over = new AbortController()
  const ended = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()))
  const early: ConversationEvent[] = []
  const unread: CancelRequest[] = []
  let claim: Claim | undefined
  let begun: Assignment | undefined
  let response: string | undefined

  async function answer(): Promise<Answer> {
    const found = await context.look(promptSerial).catch(failed)
    const answered = found.type === 'refused' ? found : await respond(found)
    if (answered.type === 'refused') over.abort()
    else void answered.finished.then(() => over.abort())
    return answered
  }

  function failed(error: unknown): Refused {
    report(error)
    return unavailable(error)
  }

  function respond(found: Assignment): Promise<Answer> {
    const ours = (claim = createClaim(channel, found, clock))
    for (const event of early.splice(0)) ours.note(event)
    return refuseOpenly(found, ours, conversation.writer, options, clock) ?? write(found, ours)
  }

  function cancel(request: CancelRequest): void {
    if (!begun) return void (unread.length < UNREAD && unread.push(request))
    // A cancel of the attempt that failed is over; one that came since is meant for this one.
    const since = begun.broken.at(-1)?.updatedAt ?? -Infinity
    if (request.at > since && mayCancel(request.by, begun.prompt)) stop.abort()
  }

  async function write(found: Assignment, ours: Claim): Promise<Answer> {
    const { prompt, broken, restart } = found
    const after = broken.at(-1)?.version ?? ''
    begun = found
    unread.splice(0).forEach(cancel)
    runs.interrupt(prompt.id, prompt.clientId)
    const turn = options.prompts === 'in-order' ? takeTurn() : Promise.resolve()
    announcer.changed()
    const annotate: Task['annotate'] = (more) => {
      checkHeaders('annotate the response', more, [RUN])
      stream.annotate(more)
    }
    const writer = muteable(conversation.writer, () => signal.reason === DELETED || signal.reason === SUPERSEDED)
    const { batch, describe, maxInFlight, repair, show, archive, silenceLimit, toolLimit, heartbeat, secret } = options
    const stream = streamResponse(writer, ask(found, turn, annotate), {
      ...(batch && { batch }),
      ...(describe && { describe }),
      ...(maxInFlight !== undefined && { maxInFlight }),
      ...(repair && { repair }),
      ...(show && { show }),
      ...(archive?.withheld && { keepWithheld: (withheld) => archive.withheld!.put(channel.name, withheld) }), // Just looked at.
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
        if (mine) ours.guard(serial, { fenced: () => stop.abort(SUPERSEDED), disturbed: () => stream.disturbed() })
        return mine
      },
      ...(restart && { restart: restart.id }),
    })
    const finished = stream.finished.then((outcome) => {
      const ended = signal.reason === SUPERSEDED ? superseded(outcome) : outcome
      // A model that still runs, silent or unread, would go on and cost.
      if (ended.status !== 'complete') stop.abort(OVER)
      return ended
    })
    try {
      const responseSerial = (response = await stream.serial)
      runs.responded(run, responseSerial)
      announcer.changed()
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

  function byDefault(by: string | undefined, prompt: Pick<Message, 'clientId'>): boolean {
    return by === prompt.clientId || by === channel.clientId
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

  /** The model is asked when it is the prompt's turn, and not when the answer is not wanted any more: a model costs. */
  async function ask(
    { prompt, conversation: found }: Assignment,
    turn: Promise<void>,
    annotate: Task['annotate'],
  ): Promise<Source> {
    await turn
    if (signal.aborted) return nothing()
    const known = await context.recalled(await conversation.current().catch(() => found))
    if (signal.aborted) return nothing()
    const messages = await context.withAll(known, messagesUpTo(known, prompt).slice(-messageLimit(channel)))
    if (signal.aborted) return nothing()
    return options.respond({ messages, prompt, signal, annotate })
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
    },
  }
  return run
}

function superseded({ repairs }: Outcome): Outcome {
  return { status: 'superseded', text: '', repairs }
}

/** Its message may be shown to users; the cause is for developers. */
function unavailable(cause: unknown): Refused {
  return refused('unavailable', 'unable to answer; the agent cannot read or write the channel now: try again', { cause })
}

async function* nothing(): AsyncGenerator<string> {}
