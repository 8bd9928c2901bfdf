// An agent in a process of its own, told over IPC what to do. Started by agent-processes.ts.
import process from 'node:process'
import { createAgentChannel } from '@streamfold/ably'
import { Realtime } from 'ably'
import type { Answer } from '../../src/index.ts'
import { serveAgent } from '../../src/index.ts'

const { port, key, channel, recovery, echo } = JSON.parse(process.argv[2] ?? '{}') as Setup

/** What an agent process is given as its one argument. */
export interface Setup {
  readonly port: number
  readonly key: string
  readonly channel: string
  readonly recovery: 'close' | 'regenerate'
  /** Whether it is sent what it writes itself. */
  readonly echo: boolean
}
export type Order = { readonly do: 'answer'; readonly prompt: string } | { readonly do: 'recover' }

const client = new Realtime({
  endpoint: 'localhost',
  port,
  key,
  tls: false,
  transports: ['web_socket'],
  disableConnectivityCheck: true,
  clientId: 'agent',
  echoMessages: echo,
  logLevel: 0,
})

async function* story() {
  for (let n = 0; n < 60; n++) {
    yield `${n} `
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

const agent = serveAgent({
  channel: createAgentChannel(client.channels.get(channel), { clientId: 'agent', agent: 'agent' }),
  respond: story,
  recovery,
  staleAfter: 1_000,
  heartbeat: 400,
})

process.on('message', (order: Order) => void obey(order))
process.send?.('ready')

async function obey(order: Order): Promise<void> {
  if (order.do === 'recover') {
    process.send?.({ recovered: await agent.recover() })
    return
  }
  const answer: Answer = await agent.answer(order.prompt)
  process.send?.(answer.type === 'refused' ? { refused: answer.reason } : { responseId: answer.responseId })
}
