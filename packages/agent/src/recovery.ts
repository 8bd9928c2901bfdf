import type { AgentChannel, Message } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import { openBy } from './assignment.ts'
import type { Clock } from './clock.ts'
import { sleep } from './clock.ts'

export interface RecoveryOptions {
  readonly channel: AgentChannel
  readonly clock: Clock
  readonly takeoverAfter: number
  /** Writes the response to this prompt anew; undefined where responses are only closed. */
  readonly regenerate: ((promptSerial: string) => Promise<unknown>) | undefined
  /** Whether this agent is answering the prompt. */
  readonly isOurs: (promptSerial: string | undefined) => boolean
  readonly isClosed: () => boolean
  readonly onError: (error: unknown) => void
}

/** Nobody waits any more, in milliseconds, for an answer to a question of long ago. */
const REGENERATED_WITHIN = 600_000
/** Looks at the channel before it is given up that what is open will ever end or fall silent. */
const LOOKS = 20

/** Looks after responses whose agent has died. @returns the serials it took on. */
export async function recover(options: RecoveryOptions): Promise<readonly string[]> {
  const { channel, clock, takeoverAfter, onError } = options
  const done = new Set<string>()
  try {
    for (let look = 0; look < LOOKS && !options.isClosed(); look++) {
      const conversation = await channel.conversation()
      const open = openBy(conversation, channel.clientId).filter(({ id, replyTo }) => !done.has(id) && !options.isOurs(replyTo))
      if (open.length === 0) break
      let wait = Infinity
      for (const message of open) {
        const silence = clock.now() - message.updatedAt
        if (silence <= takeoverAfter) {
          wait = Math.min(wait, takeoverAfter - silence)
          continue
        }
        done.add(message.id)
        const prompt = message.replyTo === undefined ? undefined : selectMessage(conversation, message.replyTo)
        const again = prompt?.role === 'user' && prompt.status !== 'deleted' && silence < REGENERATED_WITHIN
        if (again && options.regenerate) await options.regenerate(prompt.id)
        else await close(channel, message)
      }
      if (wait === Infinity) break
      await sleep(clock, wait + 1)
    }
  } catch (error) {
    onError(error)
  }
  return [...done]
}

/** An empty append cannot lose text, should the author be alive after all. */
async function close({ writer }: AgentChannel, { id, headers }: Message): Promise<void> {
  await writer.append(id, { text: '', headers: { ...headers, status: 'failed', error: 'the agent stopped before the end' } })
}
