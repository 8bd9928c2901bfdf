import type { Conversation, ConversationEvent, Message } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import type { Agent, AgentOptions, RecoverOptions } from './agent-options.ts'
import { createAnnouncer } from './channel/announcer.ts'
import { createAttachment } from './channel/attachment.ts'
import type { Answer, Refused } from './prompt/answer.ts'
import { refused } from './prompt/answer.ts'
import { createArchiveKeeper } from '../archive/archive-keeper.ts'
import { inTime } from '../archive/in-time.ts'
import { withWithheld } from '../archive/withheld.ts'
import type { AnswerContext } from './run/answer-context.ts'
import { answerPrompt } from './run/answer-prompt.ts'
import type { Run } from './run/run.ts'
import { createRuns } from './run/runs.ts'
import type { Assignment } from './prompt/assignment.ts'
import { messageLimit } from './prompt/assignment.ts'
import { createFinder } from './prompt/find-assignment.ts'
import { checkAgentChannel, checkHeaders } from './check-arguments.ts'
import { RUN } from './claim/run-header.ts'
import { continuationOf } from './waiting/continuation.ts'
import { followConversation } from './channel/followed-conversation.ts'
import { sleep } from '@streamfold/core/transport'
import { systemClock } from '../clock.ts'
import { checkKinds, checkNames, having } from '../publish/options/check-kinds.ts'
import { checkNumber } from '../publish/options/check-number.ts'
import { isPermanentError } from '../publish/repair/is-permanent-error.ts'
import type { Settings } from '../publish/options/options.ts'
import { resolveSettings } from '../publish/options/options.ts'
import { nameOf } from '../source/chunk.ts'
import type { Attempt } from '../journal/journal.ts'
import { LEFT } from './run/run.ts'
import { ReaderError } from '../publish/reader-error.ts'
import { recall } from './prompt/recall.ts'
import { recover } from './claim/recovery.ts'
import { createArchivedResponses } from './waiting/archived-responses.ts'
import { createWaitingResponses } from './waiting/waiting-responses.ts'
import { serviceClock } from './channel/service-clock.ts'

const STALE_AFTER = 15_000
/** A timer takes no longer. */
const POSITIVE_TIMER = { from: 1, below: 2 ** 31 }

/**
 * Answers the prompts of one channel, each once. It attaches with the first call of `answer`, and receives cancels from then on.
 *
 * @throws RangeError, TypeError when an option is not what it may be
 */
export function serveAgent(options: AgentOptions): Agent {
  checkKinds(options, { archive: having('read', 'put'), observe: having('answer') })
  const { channel, engine } = options
  checkAgentChannel(channel)
  const { report: onError } = checkAgentOptions(options)
  const staleAfter = options.staleAfter ?? STALE_AFTER
  const clock = serviceClock(options.clock ?? systemClock, channel.time && (() => channel.time!()))
  const conversation = followConversation(channel, clock)
  const runs = createRuns(options.prompts ?? 'concurrently', clock)
  const announcer = createAnnouncer(channel, runs, onError)
  const keeper = options.archive && createArchiveKeeper(options.archive, channel, onError)
  let recovering: Promise<readonly string[]> | undefined
  /** The service's time was asked for. */
  let timed: Promise<void> | undefined
  const closing = new AbortController()
  /** Runs of an engine, which looks after them. */
  const attempts = new WeakSet<Run>()

  function receive(event: ConversationEvent): void {
    conversation.receive(event)
    runs.receive(event)
    keeper?.receive(event)
    waiting.receive(event)
  }

  function onAttached(): void {
    conversation.attached()
    keeper?.begin()
    void waiting.look()
  }

  const attachment = createAttachment({ channel, clock, onEvent: receive, onAttached, onError })

  const waiting = createWaitingResponses({
    channel,
    clock,
    conversation,
    isIdempotent,
    lookAgain: staleAfter,
    goOn: answer,
    find: goOn,
    onError,
  })

  const archived =
    options.archive &&
    createArchivedResponses({
      channel,
      clock,
      conversation,
      isIdempotent,
      lookAgain: staleAfter,
      recalled,
      goOn,
      onError,
    })

  async function attach(): Promise<void> {
    await Promise.all([attachment.attach(), (timed ??= clock.set().catch(onError))])
  }

  function isIdempotent(toolName: string): boolean {
    const { idempotent = [] } = options
    return typeof idempotent === 'function' ? idempotent(toolName) : idempotent.includes(toolName)
  }

  /** The archive holds what was deleted meanwhile until it has followed the channel: before, a model must not be given it. */
  async function recalled(known: Conversation): Promise<Conversation> {
    const { archive } = options
    if (!archive || !keeper) return known
    const look = async (): Promise<Conversation> => {
      await keeper.settled()
      return keeper.behind ? known : recall(archive, channel, known, messageLimit(channel))
    }
    return (await inTime(look, clock, onError)) ?? known
  }

  async function withAll(known: Conversation, messages: readonly Message[]): Promise<readonly Message[]> {
    const serials = messages.filter(({ role }) => role === 'assistant').map(({ id }) => id)
    const { withheld } = options.archive ?? {}
    if (!withheld || serials.length === 0) return messages
    const read = await inTime(() => withheld.read(channel.name, serials), clock, onError)
    try {
      return read ? await withWithheld(messages, known, read) : messages
    } catch (error) {
      onError(error)
      return messages
    }
  }

  const finder = createFinder({ options, conversation, clock, staleAfter, isIdempotent, attach, recalled, report: onError })

  /** The first prompt on a channel brings the responses into view that an earlier agent has left. */
  async function look(promptSerial: string): Promise<Assignment | Refused> {
    const found = await finder.byPrompt(promptSerial)
    recovering ??= lookAfter()
    return found
  }

  const context: AnswerContext = {
    options,
    clock,
    staleAfter,
    conversation,
    isIdempotent,
    runs,
    announcer,
    recalled,
    withAll,
    report: onError,
  }

  async function answer(promptSerial: string, attempt?: Attempt): Promise<Answer> {
    if (closing.signal.aborted) return refused('closed', 'unable to answer; this agent was closed')
    if (attempt) return attempted(promptSerial, attempt)
    if (engine) return handOver(promptSerial)
    return runOf(promptSerial, () => look(promptSerial)).answer
  }

  async function handOver(prompt: string, response?: string): Promise<Answer> {
    try {
      await engine?.start({ channel: channel.name, prompt, ...(response !== undefined && { response }) })
      return { type: 'accepted' }
    } catch (error) {
      onError(error)
      return refused('unavailable', 'unable to answer; the engine cannot be reached now: try again', { cause: error })
    }
  }

  async function attempted(promptSerial: string, { journal, response }: Attempt): Promise<Answer> {
    for (let older = runs.get(promptSerial); older; older = runs.get(promptSerial)) {
      older.stop(LEFT)
      await older.ended
    }
    const find = (): Promise<Assignment | Refused> => (response === undefined ? look(promptSerial) : finder.byResponse(response))
    return runOf(promptSerial, find, { journal, response }).answer
  }

  function runOf(promptSerial: string, find: () => Promise<Assignment | Refused>, attempt?: Attempt): Run {
    const known = runs.get(promptSerial)
    if (known) return known
    const lookAgain = (): Promise<Conversation> => finder.conversation(promptSerial, attempt?.response)
    const run = answerPrompt(promptSerial, { look: find, lookAgain, ...(attempt && { journal: attempt.journal }) }, context)
    runs.add(run)
    if (attempt) attempts.add(run)
    void end(run)
    return run
  }

  async function goOn(responseSerial: string): Promise<Answer> {
    if (closing.signal.aborted) return refused('closed', 'unable to go on; this agent was closed')
    try {
      await attach()
      const known = await conversation.current()
      const replyTo = selectMessage(known, responseSerial)?.replyTo
      if (replyTo !== undefined && engine) return await handOver(replyTo, responseSerial)
      if (replyTo !== undefined && selectMessage(known, replyTo)) return await answer(replyTo)
      const found = await finder.byResponse(responseSerial)
      if (engine) return found.type === 'refused' ? found : await handOver(found.prompt.id, responseSerial)
      return found.type === 'refused' ? found : await runOf(found.prompt.id, () => Promise.resolve(found)).answer
    } catch (error) {
      onError(error)
      return refused('unavailable', 'unable to go on; the agent cannot read the channel now: try again', { cause: error })
    }
  }

  async function end(run: Run): Promise<void> {
    const answered = await run.answer
    const outcome = answered.type === 'answering' ? await answered.finished : undefined
    const { begun } = run
    const waits = outcome?.status === 'waiting' || (answered.type === 'refused' && answered.reason === 'waiting')
    runs.remove(run, waits)
    // Its answers may have come while it was written.
    if (outcome && waits) void waiting.look()
    if (begun) announcer.changed()
    if (outcome || isRefusedOpenly(answered)) keeper?.changed(run.promptSerial)
    if (attempts.has(run)) return
    // As after the death of another agent, the response is ended when the channel is within reach again.
    if (outcome && 'unwritten' in outcome && !isPermanentError(outcome.error)) recovering = lookAfter()
    // The agent that was first may have died meanwhile.
    if (outcome?.status === 'superseded') void lookAfter(false)
  }

  /** @param answersQueued see `RecoveryOptions` */
  async function lookAfter(answersQueued = true, { waits = true }: RecoverOptions = {}): Promise<readonly string[]> {
    const looked = attach()
      .then(waiting.look)
      .then(archived?.look, () => undefined) // Recovery reports it.
    const recovered = await recover({
      channel,
      conversation,
      clock,
      staleAfter,
      attach,
      answer,
      regenerates: options.recovery === 'regenerate',
      handsOver: engine !== undefined,
      goesOn: (known, response) =>
        continuationOf(known, response, { now: clock.now(), isIdempotent, isHeld: () => true }) !== undefined,
      isOurs: (promptSerial) => promptSerial !== undefined && runs.get(promptSerial) !== undefined,
      onClosed(serial) {
        keeper?.changed(serial)
        try {
          options.observe?.closed?.({ channelName: channel.name, responseId: serial })
        } catch (error) {
          onError(error)
        }
      },
      answersQueued,
      waits,
      signal: closing.signal,
      onError,
    })
    if (!waits) await looked // What people have decided goes on before the agent is closed.
    return recovered
  }

  return {
    get working() {
      return runs.size
    },
    answer,
    continue: goOn,
    recover: (given) => (recovering = lookAfter(true, given)),
    async close(given) {
      const grace = checkNumber('grace', given, 0, { from: 0, below: 2 ** 31 })
      closing.abort()
      waiting.close()
      archived?.close()
      const ended = Promise.all(runs.all().map(async (run) => settled(await run.answer)))
      if (grace > 0) {
        const inTime = new AbortController()
        await Promise.race([ended, sleep(clock, grace, inTime.signal)])
        inTime.abort()
      }
      for (const run of runs.all()) run.stop(attempts.has(run) ? LEFT : new ReaderError('the agent was stopped'))
      await ended
      await announcer.settled()
      if (keeper) await inTime(() => keeper.settled(), clock, onError)
      await attachment.leave()
    },
  }
}

/** Whether a failed response says why. */
function isRefusedOpenly(answer: Answer): boolean {
  return answer.type === 'refused' && (answer.reason === 'empty-prompt' || answer.reason === 'prompt-too-long')
}

/** Checked now, and not with the first prompt, whose user could not help it. */
export function checkAgentOptions(options: Omit<AgentOptions, 'channel'>): Settings {
  const { respond, headers, prompts, recovery, maxPrompt } = options
  if (typeof respond !== 'function')
    throw new TypeError(
      `unable to serve the agent; respond is ${nameOf(respond)}: give a function that returns the model’s stream`,
    )
  checkHeaders('serve the agent', headers, [RUN])
  checkChoice('prompts', prompts, ['concurrently', 'queue', 'steer', 'interrupt'])
  checkChoice('recovery', recovery, ['close', 'regenerate'])
  checkNumber('maxPrompt', maxPrompt, 32_000, { from: 1 })
  checkNumber('staleAfter', options.staleAfter, STALE_AFTER, POSITIVE_TIMER)
  checkNames('idempotent', options.idempotent)
  return resolveSettings(options)
}

function checkChoice(name: string, given: string | undefined, choices: readonly string[]): void {
  if (given === undefined || choices.includes(given)) return
  throw new TypeError(`unable to serve the agent; ${name} is ${JSON.stringify(given)}: give one of ${choices.join(', ')}`)
}

async function settled(answer: Answer): Promise<void> {
  if (answer.type === 'answering') await answer.finished
}
