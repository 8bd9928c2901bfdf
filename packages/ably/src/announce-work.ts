import type { RealtimeChannel } from 'ably'
import type { AgentChannel } from '@streamfold/core'
import { clientIdOf } from './channel-internals.ts'

/** Keeps an agent present on a channel with what it works on. */
export function announceWork(channel: RealtimeChannel, clientId: string): AgentChannel['announce'] {
  const own = () => clientIdOf(channel) === clientId
  let present = false
  let asked = 0
  let announced: Promise<void> = Promise.resolve()

  async function say(work: Readonly<Record<string, unknown>> | undefined): Promise<void> {
    const { presence } = channel
    if (work === undefined) {
      if (present) await (own() ? presence.leave() : presence.leaveClient(clientId))
      present = false
    } else if (present) {
      await (own() ? presence.update(work) : presence.updateClient(clientId, work))
    } else {
      present = true // Also when no answer says so.
      await (own() ? presence.enter(work) : presence.enterClient(clientId, work))
    }
  }

  return function announce(work) {
    const nth = ++asked
    // One after the other, also after one that failed: a leave must not overtake the enter before it.
    announced = announced.catch(() => {}).then(() => say(work))
    announced.catch(() => {
      // A channel that was suspended comes back with the presence that it had, whatever was said in between.
      channel.once('attached', () => {
        if (nth === asked) announce(work).catch(() => {}) // Its caller was told the first time.
      })
    })
    return announced
  }
}
