import type { Conversation, ConversationEvent, Deleted } from '@streamfold/core'
import type { Agent, AgentOptions } from './agent-options.ts'
import { createAnnouncer } from './announcer.ts'
import { createAttachment } from './attachment.ts'
import type { Answer, Refused } from './answer.ts'
import { refused } from './answer.ts'
import { createArchiveKeeper } from '../archive/archive-keeper.ts'
import type { Answering, AnswerContext } from './answer-prompt.ts'
import { answerPrompt, DELETED } from './answer-prompt.ts'
import type { Assignment } from './assignment.ts'
import { assign, messageLimit } from './assignment.ts'
import { checkAgentChannel, checkHeaders } from './check-arguments.ts'
import { RUN } from './claim.ts'
import { createCancellations } from './cancellations.ts'
import { sleep, systemClock } from '../clock.ts'
import { callable, checkKinds, having } from '../publish/check-kinds.ts'
import { checkNumber } from '../publish/check-number.ts'
import { isPermanentError } from '../publish/is-permanent-error.ts'
import type { Settings } from '../publish/options.ts'
import { resolveSettings } from '../publish/options.ts'
import { nameOf } from '../source/chunk.ts'
import { ReaderError } from '../publish/reader-error.ts'
import type { Outcome } from '../publish/outcome.ts'
import { recall } from './recall.ts'
import { recover } from './recovery.ts'
import { serviceClock } from './service-clock.ts'
import { createTurns } from './turns.ts'

/** Time given to history to show a prompt that was acknowledged a moment ago, in milliseconds. */
const HISTORY_LAG = 250

/**
 * Answers the prompts of one channel, each once. It attaches with the first trigger, and listens to cancels from then on.
 *
 * @throws RangeError, TypeError when an option is not what it may be
 */
export function serveAgent(options: AgentOptions): Agent {
  checkKinds(options, { mayCancel: callable, archive: having('read', 'put') })
  const { channel } = options
  checkAgentChannel(channel)
  const { report: onError } = checkOptions(options)
  const staleAfter = checkNumber('staleAfter', options.staleAfter, 15_000, { from: 1, below: 2 ** 31 })
  const clock = serviceClock(options.clock ?? systemClock, channel.time && (() => channel.time!()))
  const cancellations = createCancellations(clock)
  const announcer = createAnnouncer(channel, onError)
  const turns = createTurns({ channel, order: options.prompts ?? 'concurrently', staleAfter, clock })
  const keeper = options.archive && createArchiveKeeper(options.archive, channel, onError)
  const answers = new Map<string, Answering>()
  let recovering: Promise<readonly string[]> | undefined
  /** The service's time was asked for. */
  let timed: Promise<void> | undefined
  const closing = new AbortController()

  function hear(event: ConversationEvent): void {
    for (const { note } of answers.values()) note(event)
    keeper?.hear(event)
    if (event.type === 'cancel') cancellations.cancel(event.target, { by: event.clientId, at: event.at })
    if (event.type === 'created' && event.role === 'user') turns.heard(event.serial, event.clientId)
    if (event.type === 'deleted') deleted(event)
  }

  /** Who deletes a prompt or its response wants no more of it. What a user's message says it replies to is anybody's word. */
  function deleted({ serial, role, headers }: Deleted): void {
    const response = role === 'assistant' ? answers.get(headers?.['reply-to'] ?? '') : undefined
    const answering = answers.get(serial) ?? response ?? [...answers.values()].find((each) => each.response === serial)
    answering?.stop.abort(DELETED)
  }

  const attachment = createAttachment({ channel, clock, onEvent: hear, onAttached: () => keeper?.begin(), onError })

  async function attach(): Promise<void> {
    await Promise.all([attachment.attach(), (timed ??= clock.set().catch(onError))])
  }

  async function look(promptSerial: string): Promise<Assignment | Refused> {
    // Listening before reading: what happens in between is heard.
    await attach()
    for (let attempt = 1; ; attempt++) {
      const found = assign(await channel.conversation(), promptSerial, clock.now(), staleAfter)
      if (found.type !== 'refused' || found.reason !== 'unknown-prompt' || attempt > 1) {
        recovering ??= lookAfter()
        return found
      }
      await sleep(clock, HISTORY_LAG)
    }
  }

  /** The archive holds what was deleted meanwhile until it has followed the channel: before, a model must not be given it. */
  async function recalled(conversation: Conversation): Promise<Conversation> {
    if (!options.archive || !keeper) return conversation
    await keeper.settled()
    if (keeper.behind) return conversation
    return recall(options.archive, channel, conversation, messageLimit(channel)).catch((error: unknown) => {
      onError(error)
      return conversation
    })
  }

  const desk: AnswerContext = { options, clock, cancellations, announcer, turns, look, recalled, report: onError }

  function answer(promptSerial: string): Promise<Answer> {
    if (closing.signal.aborted) return Promise.resolve(refused('closed', 'unable to answer; this agent was closed'))
    const known = answers.get(promptSerial)
    if (known) return known.answer
    const answering = answerPrompt(promptSerial, desk)
    answers.set(promptSerial, answering)
    const forget = (): void => void answers.delete(promptSerial)
    const ended = (outcome?: Outcome): void => {
      forget()
      keeper?.changed(promptSerial)
      // Like one whose agent has died: it is ended when the channel is within reach again.
      if (outcome && 'unwritten' in outcome && !isPermanentError(outcome.error)) recovering = lookAfter()
    }
    void answering.answer.then((it) => {
      if (it.type === 'answering') return it.finished.then(ended)
      return it.reason === 'prompt-too-long' ? ended() : forget()
    })
    return answering.answer
  }

  async function lookAfter(): Promise<readonly string[]> {
    return recover({
      channel,
      clock,
      staleAfter,
      attach,
      regenerate: options.recovery === 'regenerate' ? answer : undefined,
      isOurs: (promptSerial) => promptSerial !== undefined && answers.has(promptSerial),
      onClosed: (serial) => keeper?.changed(serial),
      signal: closing.signal,
      onError,
    })
  }

  return {
    get working() {
      return answers.size
    },
    answer,
    recover: () => (recovering = lookAfter()),
    async close(given) {
      const grace = checkNumber('grace', given, 0, { from: 0, below: 2 ** 31 })
      closing.abort()
      const ended = Promise.all(Array.from(answers.values(), async (each) => settled(await each.answer)))
      if (grace > 0) {
        const inTime = new AbortController()
        await Promise.race([ended, sleep(clock, grace, inTime.signal)])
        inTime.abort()
      }
      for (const { stop } of answers.values()) stop.abort(new ReaderError('the agent was stopped'))
      await ended
      await announcer.settled()
      await keeper?.settled()
      await attachment.leave()
    },
  }
}

/** Now, and not with the first prompt, whose user could not help it. */
function checkOptions(options: AgentOptions): Settings {
  const { respond, headers, prompts, recovery, maxPrompt } = options
  if (typeof respond !== 'function')
    throw new TypeError(
      `unable to serve the agent; respond is ${nameOf(respond)}: give a function that returns the model’s stream`,
    )
  checkHeaders('serve the agent', headers, [RUN])
  checkChoice('prompts', prompts, ['concurrently', 'in-order', 'interrupt'])
  checkChoice('recovery', recovery, ['close', 'regenerate'])
  checkNumber('maxPrompt', maxPrompt, 32_000, { from: 1 })
  return resolveSettings(options)
}

function checkChoice(name: string, given: string | undefined, choices: readonly string[]): void {
  if (given === undefined || choices.includes(given)) return
  throw new TypeError(`unable to serve the agent; ${name} is ${JSON.stringify(given)}: give one of ${choices.join(', ')}`)
}

async function settled(answer: Answer): Promise<void> {
  if (answer.type === 'answering') await answer.finished
}
