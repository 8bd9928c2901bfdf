import { createResponseWriter } from '@streamfold/ably'
import { frameScheduler } from '@streamfold/client'
import type { ClientOptions } from 'ably'
import { Realtime } from 'ably'
import type { BindingHarness, ScenarioAgent, ScenarioMessage } from '../../packages/testkit/src/bindings/index.ts'

const PATIENCE = 10_000

export interface BrowserHarness extends BindingHarness {
  close(): void
}

/** The scenarios' harness in a page: the real client, its socket and the page's own frames, on a local Ably with its faults. */
export function browserHarness(port: number, key: string): BrowserHarness {
  const prefix = `ai:bindings-${Math.random().toString(36).slice(2)}-`
  const options: ClientOptions = {
    key,
    endpoint: 'localhost',
    port,
    tls: false,
    logLevel: 0,
    transports: ['web_socket'],
    disableConnectivityCheck: true,
  }
  const client = new Realtime({ ...options, clientId: 'ann', disconnectedRetryTimeout: 10 })
  const other = new Realtime({ ...options, clientId: 'bob' })
  // Versions one by one, as a scenario writes them.
  const writing = new Realtime({ ...options, clientId: 'agent', transportParams: { appendRollupWindow: 0 } })
  const agents = new Map<string, ScenarioAgent>()
  let frames = 0
  /** What was asked of the local Ably, one after the other. */
  let asked: Promise<unknown> = Promise.resolve()
  const ask = (method: string, body?: object) => {
    asked = asked.then(() => askFaults(port, key, method, body))
  }

  return {
    client: client as unknown as BindingHarness['client'], // Ably's own types are of overloads, and leave out `subscriptions`.
    other: other as unknown as BindingHarness['other'], // Likewise.
    prefix,
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
      const channel = writing.channels.get(channelName)
      const writer = createResponseWriter(channel)
      const cancelled: string[] = []
      const published: (ScenarioMessage & { readonly name: string })[] = []
      const headers = (status: string) => ({ role: 'assistant', status })
      // Messages from before the agent was attached count, too.
      void channel.setOptions({ params: { rewind: '2m' } })
      void channel.subscribe('cancel', ({ extras }) => cancelled.push(extras.headers.target))
      for (const name of ['prompt', 'answer'])
        void channel.subscribe(name, ({ action, serial = '', clientId = '', data, extras }) => {
          if (action === 'message.create') published.push({ name, serial, clientId, data, headers: extras.headers })
        })
      const agent: ScenarioAgent = {
        begin: async (text = '', more = {}) =>
          (await writer.create({ text, headers: { ...headers('streaming'), ...more } })).serial,
        append: (serial, text, more = {}) => writer.append(serial, { text, headers: { ...headers('streaming'), ...more } }),
        complete: (serial, text = '') => writer.append(serial, { text, headers: headers('complete') }),
        update: (serial, text) => writer.update(serial, { text, headers: headers('streaming') }),
        delete: (serial) => channel.deleteMessage({ serial }),
        cancelled: () => cancelled,
        published: (name) => published.filter((message) => message.name === name),
      }
      agents.set(channelName, agent)
      return agent
    },
    drop: () => ask('POST', { type: 'cut', clientId: 'ann', refuseFor: 600_000 }),
    reconnect({ resumed = true } = {}) {
      if (!resumed) ask('POST', { type: 'expireContinuity', clientId: 'ann' })
      ask('DELETE')
      asked = asked.then(() => client.connect())
    },
    async until(driver, seen, say) {
      await asked
      for (const late = performance.now() + PATIENCE; performance.now() < late;) {
        await driver.settled()
        if (seen()) return
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      throw new Error(`unable to continue; it did not happen: ${say()}`)
    },
    close() {
      client.close()
      other.close()
      writing.close()
    },
  }
}

async function askFaults(port: number, key: string, method: string, body?: object): Promise<void> {
  const response = await fetch(`http://localhost:${port}/faults`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(key)}` },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`unable to make trouble; the local Ably answered ${response.status}`)
}
