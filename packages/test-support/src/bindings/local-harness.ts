import type { BindingHarness } from '@streamfold/testkit'
import { vi } from 'vitest'
import { frameScheduler } from '@streamfold/client'
import { agentOn } from '../agent-on.ts'
import { realtime } from '../realtime.ts'
import { serve } from '../serve.ts'

/** The scenarios' harness on local-ably: the real client, its socket, and the frames of the page. */
export async function localHarness(): Promise<BindingHarness> {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann', disconnectedRetryTimeout: 10 })
  let back = () => {}
  let frames = 0
  return {
    client: client as unknown as BindingHarness['client'], // Ably's own types are of overloads, and leave out `subscriptions`.
    frames: () => frames,
    options: {
      scheduler(flush) {
        frames += 1
        frameScheduler(flush)
      },
    },
    agent(channelName) {
      const cancelled: string[] = []
      const { begin, append, complete, writer, channel } = agentOn(server, channelName)
      void channel.subscribe('cancel', ({ extras }) => cancelled.push(extras.headers.target))
      return {
        begin,
        append,
        complete: (serial, text = '') => complete(serial, text),
        update: (serial, text) => writer.update(serial, { text, headers: { role: 'assistant', status: 'streaming' } }),
        delete: (serial) => channel.deleteMessage({ serial }),
        cancelled: () => cancelled,
      }
    },
    drop() {
      server.faults.cut({ clientId: 'ann', refuseFor: 600_000 })
      back = () => server.faults.clear()
    },
    reconnect({ resumed = true } = {}) {
      if (!resumed) server.faults.expireContinuity({ clientId: 'ann' })
      back()
      client.connect()
    },
    async until(driver, seen, say) {
      await driver.settled()
      const check = () => {
        if (!seen()) throw new Error(`unable to continue; it did not happen: ${say()}`)
      }
      await vi.waitFor(check, { timeout: 5_000, interval: 5 })
    },
  }
}
