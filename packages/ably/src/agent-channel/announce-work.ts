import type { RealtimeChannel } from 'ably'
import type { AgentChannel } from '@streamfold/core/transport'
import { clientIdOf } from '../transport/channel-internals.ts'

interface Announcement {
  readonly work: Readonly<Record<string, unknown>> | undefined
}

/** Keeps an agent present on a channel, with data about its work. */
export function announceWork(channel: RealtimeChannel, clientId: string): AgentChannel['announce'] {
  const own = () => clientIdOf(channel) === clientId
  let present = false
  let latest: Announcement | undefined
  let failed: Announcement | undefined
  let waiting = false
  let announced: Promise<void> = Promise.resolve()

  async function say(work: Readonly<Record<string, unknown>> | undefined): Promise<void> {
    const { presence } = channel
    if (work === undefined) {
      if (present) await (own() ? presence.leave() : presence.leaveClient(clientId))
      present = false
    } else if (present) {
      await (own() ? presence.update(work) : presence.updateClient(clientId, work))
    } else {
      present = true // Even if no acknowledgement arrives.
      await (own() ? presence.enter(work) : presence.enterClient(clientId, work))
    }
  }

  /** A suspended channel returns with its earlier presence data, so the newest data is sent again. */
  function repeatWhenAttached(): void {
    if (waiting) return
    waiting = true
    channel.once('attached', () => {
      waiting = false
      if (failed && failed === latest) announce(failed.work).catch(() => {}) // Its caller was notified by the first failure.
    })
  }

  function announce(work: Announcement['work']): Promise<void> {
    const said = (latest = { work })
    // One after the other, also after a failure: a leave must not overtake the enter before it.
    announced = announced.catch(() => {}).then(() => say(work))
    announced.catch(() => {
      failed = said
      repeatWhenAttached()
    })
    return announced
  }

  return announce
}
