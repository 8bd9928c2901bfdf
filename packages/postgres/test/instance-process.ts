// One of several instances of an agent, in a process of its own. Started by takeover.test.ts.
import process from 'node:process'
import { ablyService } from '@streamfold/ably/agent'
import type { Chunk, Task } from '@streamfold/agent'
import { createAgentHandler } from '@streamfold/agent'
import type { PoolConfig } from 'pg'
import { Pool } from 'pg'
import { createPostgresArchive, createPostgresRecords } from '../src/index.ts'

/** What the process is given as its one argument. */
export interface InstanceSetup {
  readonly ablyPort: number
  readonly key: string
  readonly connection: PoolConfig
}

/** What it is told: to answer a prompt, or that the model goes on. */
export type Order = { readonly channelName: string; readonly promptSerial: string } | 'go on'

const { ablyPort, key, connection } = JSON.parse(process.argv[2] ?? '{}') as InstanceSetup
const pool = new Pool(connection)
const { journal, waiting } = createPostgresRecords(pool)
let goOn = (): void => undefined

async function* respond({ prompt, continued }: Task): AsyncGenerator<Chunk, void> {
  if (continued) return yield 'Refunded.'
  if (prompt.text.startsWith('Refund')) {
    yield { type: 'tool-call', toolCallId: 'c1', toolName: 'refund', input: { order: 7 } }
    yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' }
    return
  }
  yield 'I look'
  await new Promise<void>((resolve) => (goOn = resolve))
  yield ' and find.'
}

const handler = createAgentHandler({
  service: ablyService({ key, endpoint: 'localhost', port: ablyPort, tls: false, logLevel: 0, disableConnectivityCheck: true }),
  authorize: () => ({ clientId: 'ann', conversations: () => true }),
  respond,
  archive: createPostgresArchive(pool),
  journal: {
    ...journal,
    async left(silence) {
      const left = await journal.left(silence)
      process.send?.('looked')
      return left
    },
  },
  waiting,
  staleAfter: 4_000,
  heartbeat: 500,
  onError: () => undefined,
})

process.on('message', (order: Order) => {
  if (order === 'go on') return goOn()
  const headers = { 'content-type': 'application/json' }
  void handler(new Request('http://localhost/api/responses', { method: 'POST', headers, body: JSON.stringify(order) }))
})
await handler.recover({ every: 400 })
process.send?.('ready')
