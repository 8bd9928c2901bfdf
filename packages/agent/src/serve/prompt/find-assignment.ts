import type { Conversation, ConversationEvent } from '@streamfold/core'
import { selectMessage, toJSON } from '@streamfold/core'
import { wholeData } from '../../archive/withheld.ts'
import type { Clock } from '../../clock.ts'
import type { Report } from '../../publish/options/reporter.ts'
import type { AgentOptions } from '../agent-options.ts'
import type { Refused } from './answer.ts'
import { refused } from './answer.ts'
import type { AssignOptions, Assignment } from './assignment.ts'
import { assign, messageLimit } from './assignment.ts'
import { reachesBack } from './path-to.ts'
import type { FollowedConversation } from '../channel/followed-conversation.ts'
import { epochOf, RUN } from '../claim/run-header.ts'

/** Finds what is to be answered. Each rejects when the channel cannot be read. */
export interface Finder {
  /** A prompt, and what it has for responses. */
  byPrompt(promptSerial: string): Promise<Assignment | Refused>
  /** A response that is further back than the agent follows the channel, or only in the archive, with its prompt. */
  byResponse(responseSerial: string): Promise<Assignment | Refused>
  /** The conversation with a prompt and its response, as far as the channel and the archive have them. */
  conversation(promptSerial: string, responseSerial: string | undefined): Promise<Conversation>
}

export interface FinderOptions {
  readonly options: AgentOptions
  readonly conversation: FollowedConversation
  readonly clock: Clock
  readonly staleAfter: number
  readonly isIdempotent: (toolName: string) => boolean
  /** Attaches the agent: what happens while history is read is delivered. */
  readonly attach: () => Promise<void>
  /** Adds what the archive holds. */
  readonly recalled: (conversation: Conversation) => Promise<Conversation>
  readonly report: Report
}

/** Time given to the channel to deliver a prompt that was acknowledged a moment ago, in milliseconds; then history must have it. */
const DELIVERY_LAG = 250

export function createFinder(finder: FinderOptions): Finder {
  const { options, conversation, clock, staleAfter, isIdempotent, attach, recalled, report } = finder
  const { channel, archive, show } = options
  const hidesInputs = show?.toolInputs !== undefined && show.toolInputs !== 'everything'

  function assigned(known: Conversation, promptSerial: string, more: Partial<AssignOptions> = {}): Assignment | Refused {
    return assign(known, promptSerial, { now: clock.now(), staleAfter, isIdempotent, ...more })
  }

  /** Before a response goes on: its message may have expired on the channel, and readers may not have received the inputs of its calls. */
  async function prepared(found: Assignment | Refused, isHeld = (_serial: string) => true): Promise<Assignment | Refused> {
    if (found.type === 'refused' || !found.goesOn?.isReady) return found
    const { resumed, response, run } = found.goesOn
    const { serial } = resumed
    const versions = serial === undefined ? undefined : await versionsOf(serial)
    const isGone = versions?.length === 0
    const isOverwritten = versions !== undefined && !isOfHolder(run, versions)
    const entries = (await archive?.withheld?.read(channel.name, [response.id]).catch(report)) ?? []
    const whole = await wholeData(found.conversation, response.id, entries)
    if (!isGone && !isOverwritten && whole === undefined && !hidesInputs) return found
    return assigned(found.conversation, found.prompt.id, {
      isOverwritten,
      isHeld: (each) => isHeld(each) && !(isGone && each === serial),
      ...(whole === undefined ? { lacksInputs: hidesInputs } : { whole }),
    })
  }

  /** None of a message that has expired; undefined where the service keeps no versions. Rejects when they cannot be read. */
  async function versionsOf(serial: string): Promise<readonly ConversationEvent[] | undefined> {
    return channel.versions?.(serial).catch((error: unknown) => {
      if (isNoSuchMessage(error)) return []
      throw error
    })
  }

  return {
    async byPrompt(promptSerial) {
      await attach()
      let found = assigned(await conversation.current(), promptSerial)
      if (mayBeNews(found)) {
        const lag = new AbortController()
        const cancel = clock.after(DELIVERY_LAG, () => lag.abort())
        while (mayBeNews(found) && !lag.signal.aborted) {
          await conversation.changed(DELIVERY_LAG, lag.signal)
          found = assigned(await conversation.current(), promptSerial)
        }
        cancel()
        if (mayBeNews(found)) found = assigned(await conversation.refresh(), promptSerial)
      }
      const known = await conversation.current()
      const prompt = selectMessage(known, promptSerial)
      const named = prompt && reachesBack(known, prompt, messageLimit(channel))
      if (named !== undefined) found = assigned(await recalled(await channel.conversation(named)), promptSerial)
      return prepared(found)
    },
    async conversation(promptSerial, responseSerial = promptSerial) {
      await attach()
      const known = await conversation.refresh()
      if (selectMessage(known, promptSerial) || selectMessage(known, responseSerial)) return known
      return recalled(await channel.conversation(responseSerial))
    },
    async byResponse(responseSerial) {
      await attach()
      let known = await channel.conversation(responseSerial)
      const replyTo = () => selectMessage(known, responseSerial)?.replyTo
      const isComplete = () => selectMessage(known, replyTo() ?? '') !== undefined
      if (!isComplete() && replyTo() !== undefined) known = await channel.conversation(replyTo())
      const held = new Set(toJSON(known).records.map(({ id }) => id))
      if (!isComplete()) known = await recalled(known)
      const promptSerial = replyTo()
      if (promptSerial === undefined)
        return refused('unknown-prompt', `unable to go on with ${responseSerial}; this channel has no such response`)
      const isHeld = (serial: string): boolean => held.has(serial)
      return prepared(assigned(known, promptSerial, { isHeld }), isHeld)
    },
  }
}

/**
 * Whether a run was the first of its epoch. Another one has overwritten what the first had written, as an update does that was under way for
 * long, and has died before it could give it back.
 */
function isOfHolder(run: string | undefined, versions: readonly ConversationEvent[]): boolean {
  const epoch = epochOf(run)
  const runs = versions.map((event) =>
    'headers' in event && 'role' in event && event.role === 'assistant' ? event.headers?.[RUN] : undefined,
  )
  return (runs.find((other) => other !== undefined && epochOf(other) === epoch) ?? run) === run
}

function isNoSuchMessage(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 40_400
}

/** Whether what was published a moment ago may change it: the prompt, or an answer. */
function mayBeNews(found: Assignment | Refused): boolean {
  if (found.type === 'assignment') return found.goesOn?.response.status === 'waiting' && !found.goesOn.isReady
  return found.reason === 'unknown-prompt'
}
