import { Realtime } from 'ably'
import { ablyOptions } from './environment.ts'

/** Writes as both sides of a conversation with the real client, to bring a page into any state. */
export interface Actor {
  /** @param as the person who asks. Default `user-ann`. */
  prompt(text: string, as?: string): Promise<string>
  /** @returns the serial of the response. */
  respond(text: string, headers: Record<string, string>): Promise<string>
  /** @param headers more of them: they replace those of the message. */
  append(serial: string, text: string, status?: string, headers?: Record<string, string>): Promise<void>
  /** Enters presence as an agent, so that its open responses stay open. */
  enter(): Promise<void>
  close(): void
}

export async function createActor(conversation: string): Promise<Actor> {
  const connect = (clientId: string) => new Realtime({ ...ablyOptions, clientId })
  const clients = [connect('user-ann'), connect('agent')]
  const [user, agent] = clients.map((client) => client.channels.get(`ai:${conversation}`)) as [Channel, Channel]

  const lengths = new Map<string, number>()

  const publish = async (channel: Channel, name: string, data: string, headers: Record<string, string>) => {
    const { serials } = await channel.publish({ name, data, extras: { headers } })
    return serials[0] ?? ''
  }
  return {
    prompt(text, as) {
      if (as === undefined) return publish(user, 'prompt', text, { role: 'user' })
      const client = connect(as)
      clients.push(client)
      return publish(client.channels.get(`ai:${conversation}`), 'prompt', text, { role: 'user' })
    },
    async respond(text, headers) {
      const serial = await publish(agent, 'response', text, { role: 'assistant', ...headers })
      lengths.set(serial, text.length)
      return serial
    },
    async append(serial, text, status = 'streaming', headers = {}) {
      const extras = { headers: { role: 'assistant', status, ...headers } }
      const len = (lengths.get(serial) ?? 0) + text.length
      lengths.set(serial, len)
      await agent.appendMessage({ serial, name: 'response', data: text, extras }, { metadata: { len: String(len) } })
    },
    async enter() {
      await agent.presence.enter()
    },
    close() {
      for (const client of clients) client.close()
    },
  }
}

type Channel = ReturnType<Realtime['channels']['get']>
