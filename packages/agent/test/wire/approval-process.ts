// An agent in a process of its own that asks before it acts. What its tool does is a line in a file. Started by agent-processes.ts.
import { appendFileSync } from 'node:fs'
import process from 'node:process'
import { createAgentChannel } from '@streamfold/ably'
import { Realtime } from 'ably'
import type { Chunk, Task } from '../../src/index.ts'
import { serveAgent } from '../../src/index.ts'

/** What the process is given as its one argument. */
export interface ApprovalSetup {
  readonly port: number
  readonly key: string
  readonly channel: string
  /** The file for what the tool does. */
  readonly effects: string
  /** How long the tool takes, in milliseconds. */
  readonly takes: number
}

const { port, key, channel, effects, takes } = JSON.parse(process.argv[2] ?? '{}') as ApprovalSetup

const client = new Realtime({
  endpoint: 'localhost',
  port,
  key,
  tls: false,
  transports: ['web_socket'],
  disableConnectivityCheck: true,
  clientId: 'agent',
  logLevel: 0,
})

async function* respond({ prompt, continued }: Task): AsyncGenerator<Chunk, void> {
  if (!continued) {
    const call = { toolCallId: `call-${prompt.text}`, toolName: 'send' }
    yield { type: 'tool-call', ...call, input: { to: prompt.text } }
    yield { type: 'tool-approval-request', approvalId: `approval-${prompt.text}`, toolCallId: call.toolCallId }
    return
  }
  for (const { toolCallId, approved } of continued.calls) {
    if (!approved) continue
    appendFileSync(effects, `${toolCallId}\n`)
    await new Promise((resolve) => setTimeout(resolve, takes))
    yield { type: 'tool-result', toolCallId, output: 'sent' }
  }
  yield 'done'
}

const agent = serveAgent({
  channel: createAgentChannel(client.channels.get(channel), { clientId: 'agent', agent: 'agent' }),
  respond,
  staleAfter: 1_000,
  heartbeat: 400,
  onError: () => undefined,
})

process.on('message', (prompt: string) => void agent.answer(prompt))
process.send?.('ready')
void agent.recover()
