import type { BindingHarness, ScenarioAgent, ScenarioMessage } from '@streamfold/testkit'
import { vi } from 'vitest'
import { frameScheduler } from '@streamfold/client'
import { agentOn } from '../agent-on.ts'
import { realtime } from '../realtime.ts'
import { serve } from '../serve.ts'

type Named = ScenarioMessage & { readonly name: string }

/** The scenarios' harness on local-ably: the real client, its socket, and the frames of the page. */
export async function localHarness(): Promise<BindingHarness> {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann', disconnectedRetryTimeout: 10 })
  const other = realtime(server, { clientId: 'bob' })
  const agents = new Map<string, ScenarioAgent>()
  let back = () => {}
  let frames = 0
  return {
    client: client as unknown as BindingHarness['client'], // Ably's own types are of overloads, and leave out `subscriptions`.
    other: other as unknown as BindingHarness['other'], // Likewise.
    frames: () => frames,
    options: {
      scheduler(flush) {
        frames += 1
        frameScheduler(flush)
      },
    },
    agent(channelName) {
      const known = agents.get(channelName)
      if (known) return known
      const cancelled: string[] = []
      const published: Named[] = []
      const { begin, append, complete, writer, channel } = agentOn(server, channelName)
      // Messages from before the agent was attached count, too.
      void channel.setOptions({ params: { rewind: '2m' } })
      void channel.subscribe('cancel', ({ extras }) => cancelled.push(extras.headers.target))
      for (const name of ['prompt', 'answer'])
        void channel.subscribe(name, ({ action, serial = '', clientId = '', data, extras }) => {
          if (action === 'message.create') published.push({ name, serial, clientId, data, headers: extras.headers })
        })
      const agent: ScenarioAgent = {
        begin,
        append: (serial, text, headers) =>
          headers ? writer.append(serial, { text, headers: { role: 'assistant', ...headers } }) : append(serial, text),
        complete: (serial, text = '') => complete(serial, text),
        update: (serial, text) => writer.update(serial, { text, headers: { role: 'assistant', status: 'streaming' } }),
        delete: (serial) => channel.deleteMessage({ serial }),
        cancelled: () => cancelled,
        published: (name) => published.filter((message) => message.name === name),
      }
      agents.set(channelName, agent)
      return agent
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
