import type { LocalAbly } from '@streamfold/local-ably'
import { expect, it, vi } from 'vitest'
import { createResponseWriter } from '../src/index.ts'
import { historyTexts } from '@streamfold/test-support/history-texts'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'

const headers = { role: 'assistant', status: 'streaming' }

/** A response with one append under way: at the service, and its acknowledgement lost with the connection. */
async function cutBehindAppend(server: LocalAbly) {
  const client = realtime(server, { clientId: 'agent' })
  const channel = client.channels.get('ai:doubt')
  const writer = createResponseWriter(channel)
  const { serial } = await writer.create({ text: '', headers })
  server.faults.dropAck()
  const arrived = new Promise((resolve) => void channel.subscribe(resolve))
  const append = writer.append(serial, { text: 'once', headers })
  append.catch(() => undefined) // looked at later
  await arrived
  return { client, channel, writer, serial, append }
}

it('rejects an append whose connection was replaced before its acknowledgement: it may be in the text twice', async () => {
  const server = await serve()
  const { channel, writer, serial, append } = await cutBehindAppend(server)
  server.faults.expireContinuity()
  server.faults.cut()
  await expect(append).rejects.toMatchObject({ code: 'append-in-doubt', message: expect.stringMatching(/^unable to .+; .+/) })
  expect(await historyTexts(channel)).toEqual(['onceonce'])
  // An operation on one connection is no longer in doubt, and a full text ends the doubt.
  await writer.update(serial, { text: 'once', headers })
  await writer.append(serial, { text: ' more', headers })
  expect(await historyTexts(channel)).toEqual(['once more'])
})

it('takes an append whose connection was resumed: the service knows it again', async () => {
  const server = await serve()
  const { channel, append } = await cutBehindAppend(server)
  server.faults.cut()
  await expect(append).resolves.toEqual({ version: expect.any(String) })
  expect(await historyTexts(channel)).toEqual(['once'])
})

it('has no doubt about what was only queued while there was no connection', async () => {
  const server = await serve()
  const client = realtime(server, { clientId: 'agent' })
  const channel = client.channels.get('ai:queued')
  const writer = createResponseWriter(channel)
  const { serial } = await writer.create({ text: '', headers })
  server.faults.expireContinuity()
  server.faults.cut({ refuseFor: 50 })
  await vi.waitFor(() => expect(client.connection.state).not.toBe('connected'))
  await writer.append(serial, { text: 'later', headers })
  expect(await historyTexts(channel)).toEqual(['later'])
})

it('says what counts together, how much of it the service announced, and whether the service merges', async () => {
  const limited = await serve({ limits: 'ably' })
  const client = realtime(limited, { clientId: 'agent' })
  const [one, other] = ['ai:a', 'ai:b'].map((name) => createResponseWriter(client.channels.get(name)))
  expect(one!.maxRate).toBeUndefined()
  await client.connection.once('connected')
  expect(one).toMatchObject({ maxRate: 50, rollup: 40 })
  expect(one!.connection).toBe(other!.connection)
  const own = realtime(await serve(), { clientId: 'agent', transportParams: { appendRollupWindow: 0 } })
  await own.connection.once('connected')
  const writer = createResponseWriter(own.channels.get('ai:a'))
  expect(writer.rollup).toBe(0)
  expect(writer.maxRate).toBeUndefined()
  expect(writer.connection).not.toBe(one!.connection)
})
