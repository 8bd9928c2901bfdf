import { fork } from 'node:child_process'
import { once } from 'node:events'
import { selectMessages, selectWaiting } from '@streamfold/core'
import { open } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { Pool } from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { migrate } from '../src/index.ts'
import type { InstanceSetup, Order } from './instance-process.ts'
import { startPostgres, unavailable } from './start-postgres.ts'

/** Resolves when the check passes: a process, a database and a service take their time on a busy machine. */
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000 })

const reason = unavailable === undefined ? '' : ` (skipped: ${unavailable})`

/** An instance in a process of its own, which looks again and again at what others have left. */
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
  await new Promise<void>((resolve) => {
    child.on('message', (said) => {
      if (said === 'looked') looks++
      else resolve()
    })
  })
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

test.skipIf(unavailable !== undefined)(
  `of two instances one takes over from the other when that is killed, and nothing while both live${reason}`,
  async () => {
    const server = startPostgres()
    onTestFinished(() => server.stop())
    const pool = new Pool(server.connection)
    await migrate(pool)
    await pool.end()
    const ably = await serve()
    const setup = { ablyPort: ably.port, key: ably.key, connection: server.connection }
    const [first, second] = await Promise.all([startInstance(setup), startInstance(setup)])
    const client = realtime(ably, { clientId: 'ann' })

    /** A page without `notifyAgent`, whose prompt the first instance is given. */
    async function ask(channelName: string, text: string) {
      const conversation = open(client.channels.get(channelName), { agent: 'agent' })
      const messages = () => selectMessages(conversation.store.getState())
      await conversation.sendMessage(text)
      first.tell({ channelName, promptSerial: messages().at(-1)!.id })
      return { conversation, responses: () => messages().filter(({ role }) => role === 'assistant') }
    }

    const living = await ask('ai:living', 'Where is order 7?')
    await soon(() => expect(living.responses()).toMatchObject([{ status: 'streaming', text: 'I look' }]))
    // More than `staleAfter`, in which the model says nothing.
    await second.looked(12)
    first.tell('go on')
    await soon(() => expect(living.responses()).toMatchObject([{ status: 'complete', text: 'I look and find.' }]))

    const streaming = await ask('ai:streaming', 'Where is order 8?')
    await soon(() => expect(streaming.responses()).toMatchObject([{ status: 'streaming', text: 'I look' }]))
    const deciding = await ask('ai:deciding', 'Refund order 7')
    await soon(() => expect(deciding.responses()).toMatchObject([{ status: 'waiting' }]))
    await first.kill()
    const [waiting] = selectWaiting(deciding.conversation.store.getState())
    await deciding.conversation.answer(waiting!, { approve: true })
    await soon(() => expect(streaming.responses()).toMatchObject([{ status: 'failed', text: 'I look' }]))
    await soon(() => expect(deciding.responses()).toMatchObject([{ status: 'complete', text: 'Refunded.' }]))
  },
)
