import type { AgentChannel } from '@streamfold/core/transport'
import type { Clock } from '../src/clock.ts'

export interface Mortal {
  readonly port: AgentChannel
  readonly clock: Clock
  /** Operations on the channel so far. */
  readonly operations: () => number
  readonly isDead: () => boolean
  /** Does one more operation, of another service. */
  operate<T>(operation: () => Promise<T>): Promise<T>
  die(): void
}

/**
 * An agent's channel and clock, up to the moment when its process is killed: nothing that it does arrives any more, and nothing reaches it.
 *
 * @param dieAt operations that it survives; with a half more, the service gets the next one too, and the process dies before its answer
 */
export function mortal(channel: AgentChannel, time: Clock, dieAt = Infinity): Mortal {
  let count = 0
  let dead = false
  const never = new Promise<never>(() => undefined)

  async function operate<T>(operation: () => Promise<T>): Promise<T> {
    if (dead) return never
    count++
    if (count - dieAt >= 1) {
      dead = true
      return never
    }
    const answer = operation()
    if (count - dieAt === 0.5) dead = true
    const value = await answer
    return dead ? never : value
  }

  const { writer } = channel
  return {
    operations: () => count,
    isDead: () => dead,
    operate,
    die: () => void (dead = true),
    clock: {
      now: () => time.now(),
      after: (ms, then) => time.after(ms, () => (dead ? undefined : then())),
    },
    port: {
      ...channel,
      writer: {
        create: (draft) => operate(() => writer.create(draft)),
        append: (serial, draft) => operate(() => writer.append(serial, draft)),
        update: (serial, draft) => operate(() => writer.update(serial, draft)),
      },
      conversation: (downTo) => (dead ? never : channel.conversation(downTo)),
      versions: (serial) => operate(() => channel.versions!(serial)), // The fake channel has versions.
      subscribe: (listener) => channel.subscribe((event) => (dead ? undefined : listener(event))),
      announce: (work) => (dead ? never : channel.announce(work)),
    },
  }
}
