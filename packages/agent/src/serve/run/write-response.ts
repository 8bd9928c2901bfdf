import type { Message, MessageRecord } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import { deferred } from '../../deferred.ts'
import type { Journal } from '../../journal/journal.ts'
import { createRecorder } from '../../journal/recorder.ts'
import { createSteps } from '../../journal/steps.ts'
import { isCall } from '../../model-input/tool-call.ts'
import { forwardWriter } from '../../publish/write/forward-writer.ts'
import { muteable } from '../../publish/write/muteable.ts'
import type { Outcome } from '../../publish/outcome.ts'
import type { AgentStream } from '../../publish/stream-response.ts'
import { streamOn } from '../../publish/stream-response.ts'
import { readWritten } from '../../publish/messages/written-response.ts'
import type { Source } from '../../source/source.ts'
import type { AnswerObserver } from '../../observe/observer.ts'
import { createObserving } from '../../observe/observing.ts'
import type { AnswerContext } from './answer-context.ts'
import type { Assignment } from '../prompt/assignment.ts'
import { messageLimit } from '../prompt/assignment.ts'
import { attemptAt, messagesUpTo, reachesBack } from '../prompt/path-to.ts'
import { checkHeaders } from '../check-arguments.ts'
import type { Claim } from '../claim/claim.ts'
import { RUN } from '../claim/run-header.ts'
import { responseId } from '../claim/response-id.ts'
import { DELETED, LEFT } from './run.ts'
import { runTools } from './run-tools.ts'
import { prepareStepWith } from './prepare-step.ts'
import type { SteeringRules } from './steering.ts'
import { promptsTakenIn } from '../../model-input/segments.ts'
import { promptsFor, responseWith } from './steering.ts'
import { giveOver, mayBeTakenIn, mayTakeIn, takerOf } from './taken-in.ts'
import type { Task } from './task.ts'
import { createToolRuns } from '../waiting/tool-runs.ts'

/** What earlier attempts have recorded is repeated for this long, in milliseconds; then readers get what there is. */
const REPEATED_WITHIN = 2_000

/** The reason when another agent writes the response. */
const SUPERSEDED = new DOMException('another agent writes the response again', 'AbortError')
const OVER = new DOMException('the response has ended', 'AbortError')

export interface Writing {
  /** Serial of the response. */
  readonly serial: Promise<string>
  readonly finished: Promise<Outcome>
  /** The message that is written has changed. */
  noted(serial: string): void
}

/** The journal of a run. */
export interface Recording {
  readonly journal: Journal
  /** Whether this is an attempt after the first. */
  readonly isLater: boolean
}

/**
 * Writes the response to a prompt: a new one, one again from its beginning, or one on from where it waited.
 *
 * @param stop ends it @param observer follows it
 */
export function writeResponse(
  found: Assignment,
  claim: Claim,
  stop: AbortController,
  context: AnswerContext,
  observer?: AnswerObserver,
  recording?: Recording,
): Writing {
  const { options, clock, conversation, report } = context
  const { channel } = options
  const { prompt, asked: question, broken, restart, goesOn } = found
  const { signal } = stop
  const observing = createObserving(observer, report)
  const after = goesOn ? goesOn.version : (broken.at(-1)?.version ?? '')
  const asked = deferred<void>()
  /** Resolves with the serial of the message that is written, once that is this agent's. */
  const held = deferred<string>()
  held.promise.catch(() => undefined) // the outcome says it
  let isHeld = false
  /** The message as another agent has left it. */
  let others: MessageRecord | undefined
  /** Another agent writes the response, also where this one was stopped before. */
  let isSuperseded = false
  const isMuted = (): boolean => signal.reason === DELETED || signal.reason === LEFT || isSuperseded
  const replaced = goesOn ? goesOn.resumed.serial : restart?.id
  let claims = 0
  /** Whether this agent has overwritten what another one wrote, where that one was first. */
  let hasOverwritten = true
  let creates = 0
  const claiming = forwardWriter(conversation.writer, {
    async create(draft) {
      // While it was refused, another response may have taken the prompt in.
      const isTakenIn = !isHeld && creates++ > 0 && responseWith(await conversation.current(), prompt.id) !== undefined
      if (isTakenIn) throw takenIn()
      return conversation.writer.create(draft)
    },
    async update(serial, draft) {
      const isClaim = !isHeld && serial === replaced
      if (isClaim && claims++ > 0) {
        const { isTaken, hasWritten } = await claim.standing(serial, after)
        if (isTaken) {
          hasOverwritten = hasWritten
          supersede()
        }
      }
      if (isMuted()) return { version: null }
      // Where it cannot be read, `isOurs` says why.
      const mayContinue = (written: string) => claim.isHolder(written, after).catch(() => false)
      return conversation.writer.update(serial, isClaim ? { ...draft, mayContinue } : draft)
    },
  })
  const writer = muteable(claiming, isMuted)
  const isQueued = options.prompts === 'queue' || options.prompts === 'steer'
  const steering: SteeringRules = { channel, order: options.prompts ?? 'concurrently', report }
  const taken = new Set<string>()
  let taking: Promise<readonly Message[]> = Promise.resolve([])
  const runs = createToolRuns({
    stream: () => stream,
    epoch: claim.run,
    isHolder: async () => claim.isHolder(await held.promise, after),
    signal,
  })
  /** Resolves when nothing that was recorded is left to repeat. */
  const repeated = deferred<void>()
  let isRepeating = recording?.isLater === true
  let ended: Outcome | undefined
  /** For `respond`: while an attempt repeats the ones before it, it must come as far as they did. */
  const given = new AbortController()
  const pass = (): void => {
    if (!isRepeating || signal.reason === LEFT) given.abort(signal.reason)
  }
  signal.addEventListener('abort', pass)
  if (signal.aborted) pass()
  const giveUp = isRepeating ? clock.after(REPEATED_WITHIN, live) : undefined

  function live(): void {
    giveUp?.()
    isRepeating = false
    repeated.resolve()
    if (signal.aborted) pass()
  }

  const recorder =
    recording &&
    createRecorder({
      journal: recording.journal,
      isStopped: () => signal.aborted && signal.reason !== LEFT && !isSuperseded && !isUnwritten(ended),
      async live() {
        live()
        await held.promise.catch((error: unknown) => {
          throw ended?.status === 'failed' ? ended.error : error
        })
      },
      onStopped: () => stop.abort(),
    })
  const steps = createSteps({
    recorder,
    attempt: claim.run,
    isIdempotent: context.isIdempotent,
    toolOf: async (callId) => (await stream.called(callId)).name,
    run: runs.run,
    ran: async (callId) => runs.ran([(await stream.called(callId)).id]),
  })

  function supersede(): void {
    isSuperseded = true
    stop.abort(SUPERSEDED)
  }

  async function isOurs(serial: string): Promise<boolean> {
    // The author of one that was just created is known by now. Of one that is written again, or goes on, the service says whose update came first: of
    // updates that were merged only the last is delivered, and two agents that both took it for theirs would repair it for ever.
    const mine =
      goesOn || serial === restart?.id
        ? await claim.isHolder(serial, after)
        : (await claim.owner(serial, after, false)) === 'ours'
    if (!mine) {
      await giveBack(serial)
      return false
    }
    if (await isTakenIn(serial)) return false
    claim.guard(serial, { fenced: supersede, disturbed: () => stream.disturbed() })
    isHeld = true
    held.resolve(serial)
    return true
  }

  /** Whether another response has taken the prompt in meanwhile: then this one is given over to it. */
  async function isTakenIn(serial: string): Promise<boolean> {
    if (goesOn || !mayBeTakenIn(await conversation.current(), prompt, steering.order === 'steer')) return false
    const taker = await takerOf(prompt.id, { conversation, clock, staleAfter: context.staleAfter })
    if (!taker || taker.id === serial) return false
    // A stop of this response is over with it.
    stop.abort(SUPERSEDED)
    const headers = { ...options.headers, [RUN]: claim.run, role: 'assistant', 'reply-to': prompt.id }
    // If it cannot be written, recovery does it.
    await giveOver(conversation.writer, { id: serial, headers }, taker.id).catch(report)
    return true
  }

  /** The update with which this agent came too late has replaced what another one had finished in that message. One that is still writing repairs it itself. */
  async function giveBack(serial: string): Promise<void> {
    if (!goesOn || !hasOverwritten || signal.reason === DELETED) return
    if (!others || others.version <= after || others.declaredPhase === 'streaming') return
    const { text, headers } = others
    const all = Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    )
    const draft = { text, headers: all, metadata: { len: text.length } }
    // Other messages of the response are as the other agent has left them.
    await conversation.writer.update(serial, { ...draft, mayContinue: () => Promise.resolve(false) }).catch(report)
  }

  /** The model is asked when it is the prompt's turn, and not when the answer is not wanted any more: a model costs. */
  async function ask(): Promise<Source> {
    if (given.signal.aborted) return nothing()
    if (goesOn) {
      if (isRepeating) await Promise.resolve() // `stream` is there then.
      else await held.promise
      if (!goesOn.isReady) return nothing()
      const due = goesOn.calls.flatMap(({ toolCallId, approved }) => (approved ? [toolCallId] : []))
      await (isRepeating ? runs.ran(due) : runs.begin(due))
    }
    // Its author may edit a prompt while it waits: the response, once it is there, says that it was taken.
    else if (!isRepeating && (isQueued || prompt.into !== undefined)) await held.promise
    const known = goesOn
      ? found.conversation
      : await context.recalled(await conversation.current().catch(() => found.conversation))
    if (given.signal.aborted) return nothing()
    const now = recording ? question : (selectMessage(known, question.id) ?? question)
    const whole = reachesBack(known, prompt, messageLimit(channel)) === undefined ? known : found.conversation
    const messages = await context.withAll(whole, messagesUpTo(whole, now).slice(-messageLimit(channel)))
    if (given.signal.aborted) return nothing()
    asked.resolve()
    const task = await taskOf(messages, now, attemptAt(whole, now, prompt))
    stream.asked(task.messages)
    return observing ? observing.within(() => options.respond(task)) : options.respond(task)
  }

  async function taskOf(messages: Task['messages'], asking: Message, attempt: number): Promise<Task> {
    const { step, stream: streamStep, execute, model } = steps
    const task = {
      channelName: channel.name,
      prompt: asking,
      attempt,
      signal: given.signal,
      annotate,
      run: steps.run,
      tools: <Tools extends object>(tools: Tools) => runTools(tools, steps),
      takeIn,
      prepareStep: prepareStepWith(takeIn),
      step,
      stream: streamStep,
      execute,
      model,
    }
    if (!goesOn) return { ...task, messages, continued: undefined }
    const { whole, written } = stream
    const said = readWritten(whole === undefined ? written : [{ data: whole, isFramed: true }], 'streaming')
    const response = { ...goesOn.response, status: 'streaming' as const, ...said }
    const inputs = new Map(said.parts.filter(isCall).map(({ toolCallId, input }) => [toolCallId, input]))
    const calls = goesOn.calls.map((call) => ({ ...call, input: inputs.get(call.toolCallId) }))
    const taken = [...promptsTakenIn(response)].flatMap((serial) => selectMessage(found.conversation, serial) ?? [])
    return { ...task, messages: [...messages, ...taken, response], continued: { response, calls } }
  }

  /** One after the other: a prompt is taken in once. */
  function takeIn(): Promise<readonly Message[]> {
    return (taking = taking.then(takeNext, takeNext))
  }

  async function takeNext(): Promise<readonly Message[]> {
    if (!recorder) return takeNow()
    let isLive = false
    const prompts = await recorder.record('take in', () => {
      isLive = true
      return takeNow()
    })
    if (isLive || prompts.length === 0) return prompts
    for (const { id } of prompts) taken.add(id)
    await stream.write(prompts.map(({ id }) => ({ head: { type: 'steer', serial: id } })))
    return prompts
  }

  async function takeNow(): Promise<readonly Message[]> {
    signal.throwIfAborted()
    const serial = await held.promise
    const known = await conversation.current()
    const response = selectMessage(known, goesOn?.response.id ?? serial)
    const prompts = response ? promptsFor(known, { response, prompt }, steering).filter(({ id }) => !taken.has(id)) : []
    if (prompts.length === 0) return prompts
    for (const { id } of prompts) taken.add(id)
    const since = clock.now()
    await stream.write(prompts.map(({ id }) => ({ head: { type: 'taking', serial: id } })))
    const now = await conversation.refresh().catch((error: unknown) => void report(error))
    // Behind half of the time others may take this agent for dead, and answer the prompts.
    const isInTime = clock.now() - since < context.staleAfter / 2
    const free = now && isInTime ? prompts.filter(({ id }) => mayTakeIn(now, id, response!.id)) : [] // There are prompts for it.
    const kept = new Set(free.map(({ id }) => id))
    await stream.write(prompts.map(({ id }) => ({ head: { type: kept.has(id) ? 'steer' : 'left', serial: id } })))
    for (const { id } of prompts) if (!kept.has(id)) taken.delete(id)
    return free
  }

  const annotate: Task['annotate'] = (more) => {
    checkHeaders('annotate the response', more, [RUN])
    stream.annotate(more)
  }
  const { batch, describe, maxInFlight, repair, show, archive, silenceLimit, toolLimit, heartbeat, secret } = options
  const { waits = channel.canWait ?? true, answerWithin, answerBy, approve } = options
  const stream: AgentStream = streamOn(
    writer,
    ask(),
    {
      ...(batch && { batch }),
      ...(describe && { describe }),
      ...(maxInFlight !== undefined && { maxInFlight }),
      ...(repair && { repair }),
      ...(show && { show }),
      ...(archive?.withheld && { keepWithheld: (withheld) => archive.withheld!.put(channel.name, withheld) }), // Just looked at.
      ...(silenceLimit !== undefined && { silenceLimit }),
      ...(toolLimit !== undefined && { toolLimit }),
      ...(heartbeat !== undefined && { heartbeat }),
      ...(answerWithin !== undefined && { answerWithin }),
      ...(answerBy && { answerBy }),
      ...(approve && { approve }),
      waits,
      onError: report,
      observer,
      clock,
      replyTo: prompt.id,
      failedBefore: broken.length + found.givenOver,
      ...(secret !== undefined && { secret }),
      ...(goesOn?.resumed.serial === undefined &&
        goesOn?.resumed.continues !== undefined && { id: `${responseId(goesOn.resumed.continues)}-on` }),
      owner: (serial, guessable) => claim.owner(serial, after, guessable),
      signal,
      ...(goesOn && { turn: asked.promise }),
      headers: { ...options.headers, [RUN]: claim.run },
      confirm: isOurs,
      ...(restart && { restart: restart.id }),
    },
    goesOn?.resumed,
    recording?.isLater ? { over: repeated.promise, further: found.further ?? [], ended: found.ended } : undefined,
  )
  const finished = stream.finished.then((outcome) => {
    const own = isSuperseded || signal.reason === LEFT ? superseded(outcome) : outcome
    // Whose it is could not be found out: it is open, and looked after.
    ended = goesOn && !isHeld && own.status === 'failed' ? { ...own, unwritten: true as const } : own
    live()
    recorder?.close()
    held.reject(OVER)
    // A model that still runs, silent or unread, would go on and cost.
    if (ended.status !== 'complete') stop.abort(OVER)
    stream.ended(ended)
    return ended
  })
  return {
    serial: stream.serial,
    finished,
    noted(serial) {
      if (isHeld || serial !== goesOn?.resumed.serial) return
      const record = conversation.record(serial)
      if (record && record.headers[RUN] !== claim.run) others = record
    },
  }
}

function isUnwritten(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && (outcome.status === 'superseded' || 'unwritten' in outcome)
}

/** Not tried again: its code is of a request that will be refused again. */
function takenIn(): Error {
  return Object.assign(new Error('unable to create the response; another response has taken the prompt in'), { code: 40_000 })
}

function superseded({ repairs }: Outcome): Outcome {
  return { status: 'superseded', text: '', repairs }
}

async function* nothing(): AsyncGenerator<string> {}
