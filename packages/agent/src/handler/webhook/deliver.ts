import type { Clock } from '../../clock.ts'
import type { Agents } from '../agents/agents.ts'
import type { DeliveredMessage } from './delivered-messages.ts'
import { isChannelName } from '../user.ts'
import { within } from '../../within.ts'

/** What became of delivered messages. */
export interface Delivered {
  /** Whether they must be delivered again: the agent is stopping or busy, or cannot reach a channel. Nothing is answered twice. */
  readonly again: boolean
}

/** Milliseconds that a delivery waits for the responses to exist. Ably repeats what takes longer. */
const PATIENCE = 10_000

/** Answers the prompts among delivered messages, and goes on with responses whose calls are answered. A message that is delivered twice is answered once. */
export async function deliver(
  messages: readonly DeliveredMessage[],
  { agents, reachable, clock }: { readonly agents: Agents; readonly reachable: () => boolean; readonly clock: Clock },
): Promise<Delivered> {
  const done = await Promise.all(
    messages.map(async ({ channelName, serial, clientId, responseSerial }) => {
      if (!isChannelName(channelName)) return true
      const answer = await within(agents.answer(channelName, serial, clientId, responseSerial), PATIENCE, clock)
      // It has its place behind others, where it stays.
      if (!answer) return reachable()
      return (
        answer.type !== 'busy' && !(answer.type === 'refused' && (answer.reason === 'closed' || answer.reason === 'unavailable'))
      )
    }),
  )
  return { again: done.includes(false) }
}
