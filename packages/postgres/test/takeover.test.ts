import { fork } from 'node:child_process'
import { once } from 'node:events'
import { selectMessages, selectWaiting } from '@streamfold/core'
import { open } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { migrate } from '../src/index.ts'
import type { InstanceSetup, Order } from './instance-process.ts'
import type { PostgresServer } from './start-postgres.ts'
import { startPostgres, unavailable } from './start-postgres.ts'

/** Resolves when the check passes: a process, a database and a service take their time on a busy machine. */
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000 })

const reason = unavailable === undefined ? '' : ` (skipped: ${unavailable})`

describe.skipIf(unavailable !== undefined)(`two instances of an agent, of which one is killed${reason}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = startPostgres()
    const pool = new Pool(server.connection)
    await migrate(pool)
    await pool.end()
  })
  afterAll(() => server.stop())

  async function startInstance(setup: InstanceSetup) {
    const child = fork(new URL('instance-process.ts', import.meta.url), [JSON.stringify(setup)], {
      execArgv: ['--conditions=streamfold-source', '--no-warnings'],
      env: { PATH: process.env['PATH'] },
    })
    let looks = 0
    const kill = async (): Promise<void> => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    }
    onTestFinished(kill)
    const ready = new Promise<void>((resolve) => {
      child.on('message', (said) => {
        if (said === 'looked') looks++
        else resolve()
      })
    })
    await ready
    return {
      tell: (order: Order) => void child.send(order),
      kill,
      /** Resolves when it has looked that often from now on. */
      async looked(times: number): Promise<void> {
        const until = looks + times
        await soon(() => expect(looks).toBeGreaterThanOrEqual(until))
      },
    }
  }

  /** A page without `notifyAgent`, and two instances, of which the first is given its prompts. */
  async function setup(channelName: string) {
    const ably = await serve()
    const instances = { ablyPort: ably.port, key: ably.key, connection: server.connection }
    const [first, second] = await Promise.all([startInstance(instances), startInstance(instances)])
    const conversation = open(realtime(ably, { clientId: 'ann' }).channels.get(channelName), { agent: 'agent' })
    const messages = () => selectMessages(conversation.store.getState())
    const ask = async (text: string) => {
      await conversation.sendMessage(text)
      first.tell({ channelName, promptSerial: messages().at(-1)!.id })
    }
    const responses = () => messages().filter(({ role }) => role === 'assistant')
    return { first, second, conversation, ask, responses }
  }

  it('in the middle of a response: the other one ends it', async () => {
    const { first, ask, responses } = await setup('ai:streaming')
    await ask('Where is order 7?')
    await soon(() => expect(responses()).toMatchObject([{ status: 'streaming', text: 'I look' }]))
    await first.kill()
    await soon(() => expect(responses()).toMatchObject([{ status: 'failed', text: 'I look' }]))
  })

  it('while a person decides: the other one goes on when the decision comes', async () => {
    const { first, conversation, ask, responses } = await setup('ai:deciding')
    await ask('Refund order 7')
    const waiting = () => selectWaiting(conversation.store.getState())
    await soon(() => expect(waiting()).toHaveLength(1))
    await soon(() => expect(responses()).toMatchObject([{ status: 'waiting' }]))
    await first.kill()
    await conversation.answer(waiting()[0]!, { approve: true })
    await soon(() => expect(responses()).toMatchObject([{ status: 'complete', text: 'Refunded.' }]))
  })

  it('and while both live, nothing is taken from the one whose model is silent', async () => {
    const { first, second, ask, responses } = await setup('ai:living')
    await ask('Where is order 7?')
    await soon(() => expect(responses()).toMatchObject([{ status: 'streaming', text: 'I look' }]))
    await second.looked(15)
    first.tell('go on')
    await soon(() => expect(responses()).toMatchObject([{ status: 'complete', text: 'I look and find.' }]))
  })
})
