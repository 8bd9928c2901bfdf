import { ablyService } from '@streamfold/ably/agent'
import type { AgentHandlerOptions } from '@streamfold/agent'
import { createAgentHandler } from '@streamfold/agent'
import { selectMessages, selectWaiting } from '@streamfold/core'
import { open } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createPostgresArchive, createPostgresRecords, migrate } from '../src/index.ts'
import type { PostgresServer } from './start-postgres.ts'
import { startPostgres, unavailable } from './start-postgres.ts'

/** Resolves when the check passes: a database and a service take their time on a busy machine. */
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000 })

const reason = unavailable === undefined ? '' : ` (skipped: ${unavailable})`

describe.skipIf(unavailable !== undefined)(`an agent that starts again${reason}`, () => {
  let server: PostgresServer
  let database: Pool
  beforeAll(async () => {
    server = startPostgres()
    database = new Pool(server.connection)
    await migrate(database)
  })
  afterAll(async () => {
    await database.end()
    server.stop()
  })

  /** A channel, a page on it, and processes of the agent that start one after the other. */
  async function setup(name: string, respond: AgentHandlerOptions['respond']) {
    const ably = await serve()
    const { key, ...options } = ably.clientOptions()
    const start = () => {
      const handler = createAgentHandler({
        service: ablyService({ ...options, key: String(key) }),
        authorize: () => ({ clientId: 'ann', conversations: [name] }),
        respond,
        archive: createPostgresArchive(database),
        ...createPostgresRecords(database),
        // What dies is noticed at once.
        staleAfter: 100,
        onError: () => undefined,
      })
      onTestFinished(() => handler.close())
      return handler
    }
    const conversation = open(realtime(ably, { clientId: 'ann' }).channels.get(name), { agent: 'agent' })
    const ask = async (handler: ReturnType<typeof start>) => {
      await conversation.sendMessage('Refund order 7')
      const promptSerial = selectMessages(conversation.store.getState()).at(-1)?.id
      const body = JSON.stringify({ channelName: name, promptSerial })
      const headers = { 'content-type': 'application/json' }
      const answered = await handler(new Request('http://localhost/api/responses', { method: 'POST', headers, body }))
      expect(answered.ok).toBe(true)
    }
    const response = () => selectMessages(conversation.store.getState()).find(({ role }) => role === 'assistant')
    return { start, conversation, ask, response }
  }

  it('carries out a decision that was made while no process ran', async () => {
    const { start, conversation, ask, response } = await setup('ai:decided', async function* ({ continued }) {
      if (continued) return yield 'Refunded.'
      yield { type: 'tool-call', toolCallId: 'c1', toolName: 'refund', input: { order: 7 } }
      yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' }
    })
    const first = start()
    await ask(first)
    const waiting = () => selectWaiting(conversation.store.getState())
    await soon(() => expect(waiting()).toHaveLength(1))
    await first.close()
    await conversation.answer(waiting()[0]!, { approve: true })
    await start().recover()
    await soon(() => expect(response()).toMatchObject({ status: 'complete', text: 'Refunded.' }))
    const { waiting: record } = createPostgresRecords(database)
    await soon(async () => expect(await record.all()).toEqual(new Map()))
  })

  it('closes the response of a process that died', async () => {
    const { start, ask, response } = await setup('ai:died', async function* ({ signal }) {
      yield 'I look'
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    const dead = start()
    await ask(dead)
    await soon(() => expect(response()).toMatchObject({ status: 'streaming', text: 'I look' }))
    // It is silent from here on, as one that was killed: its heartbeat comes after seconds.
    await start().recover()
    await soon(() => expect(response()?.status).toBe('failed'))
    const { journal } = createPostgresRecords(database)
    await soon(async () => expect(await journal.left()).toEqual([]))
  })
})
