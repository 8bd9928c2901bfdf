import { selectMessages } from '@streamfold/core'
import { expect, test } from 'vitest'
import type { ArchivedMessage, ResponseArchive } from '../src/index.ts'
import { fromArchive, serveAgent } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeSource } from './fake-source.ts'

function memoryArchive() {
  const kept = new Map<string, ArchivedMessage>()
  let reach: string | undefined
  let puts = 0
  const archive: ResponseArchive = {
    async put(_, { messages, upTo }) {
      puts++
      for (const message of messages) {
        const known = kept.get(message.serial)
        if (!known || known.version.serial < message.version.serial) kept.set(message.serial, message)
      }
      if (upTo !== undefined && (reach === undefined || upTo > reach)) reach = upTo
    },
    read: async (_, limit = 1_000) => ({
      messages: [...kept.values()].toSorted((a, b) => (a.serial < b.serial ? -1 : 1)).slice(-limit),
      upTo: reach,
    }),
  }
  const shown = async () =>
    selectMessages(fromArchive(await archive.read('ai:test'), 'agent')).map(({ text, status }) => `${text} ${status}`)
  return { archive, shown, puts: () => puts }
}

function setup() {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const { archive, shown, puts } = memoryArchive()
  const errors: unknown[] = []
  const join = (echo = true) => {
    const port = channel.agent({ echo })
    const respond = () =>
      fakeSource(
        clock,
        ['to be ', 'kept'].map((text) => ({ text, delay: 10 })),
      )
    const onError = (error: unknown) => void errors.push(error)
    return { port, agent: serveAgent({ channel: port, respond, clock, archive, onError }) }
  }
  const pass = (ms: number) => clock.run(clock.now() + ms)
  return { channel, join, pass, shown, puts, errors }
}

test('what has ended is in the archive, and what is deleted while the agent listens is marked there at once', async () => {
  const { channel, join, pass, shown } = setup()
  const prompt = channel.prompt('keep it')
  const { agent } = join()
  void agent.answer(prompt)
  await pass(10)
  expect(await shown()).toEqual(['keep it complete'])
  await pass(1_000)
  expect(await shown()).toEqual(['keep it complete', 'to be kept complete'])
  channel.remove(channel.responses()[0]!.serial)
  await pass(10)
  expect(await shown()).toEqual(['keep it complete', ' deleted'])
})

test.each(['answers', 'is told to recover'])('what was deleted while nobody listened is gone when an agent %s', async (how) => {
  const { channel, join, pass, shown } = setup()
  const first = join()
  void first.agent.answer(channel.prompt('secret'))
  await pass(1_000)
  void first.agent.close()
  await pass(100)
  channel.remove(channel.messages[0]!.serial)
  channel.remove(channel.responses()[0]!.serial)
  await pass(100)
  expect(await shown()).toEqual(['secret complete', 'to be kept complete'])
  const { agent } = join()
  if (how === 'answers') void agent.answer(channel.prompt('next'))
  else void agent.recover()
  await pass(15)
  expect((await shown()).slice(0, 2)).toEqual([' deleted', ' deleted'])
})

test('a channel that cannot be read is reported; the next change makes good what was missed', async () => {
  const { channel, join, pass, shown, errors } = setup()
  const { agent, port } = join()
  void agent.answer(channel.prompt('keep it'))
  await pass(1_000)
  port.history.failing = true
  channel.remove(channel.messages[0]!.serial)
  await pass(10)
  expect(errors).toHaveLength(1)
  port.history.failing = false
  channel.remove(channel.responses()[0]!.serial)
  await pass(10)
  // Not only what was deleted last.
  expect(port.history.downTo).toBe(channel.messages[0]!.serial)
  expect(await shown()).toEqual([' deleted', ' deleted'])
})

test.each([true, false])(
  'what an agent has closed after another died is kept, though it is not sent it (echo: %s)',
  async (echo) => {
    const { channel, join, pass, shown } = setup()
    const { agent } = join(echo)
    void agent.answer(channel.prompt('first'))
    await pass(1_000)
    channel.leave({ replyTo: channel.prompt('second'), text: 'half', status: 'streaming' })
    await pass(1_000)
    void agent.recover()
    await pass(30_000)
    expect(await shown()).toEqual(['first complete', 'to be kept complete', 'second complete', 'half failed'])
  },
)

test('many changes at once are one update', async () => {
  const { channel, join, pass, puts } = setup()
  const { agent } = join()
  for (const text of ['a', 'b', 'c']) void agent.answer(channel.prompt(text))
  await pass(1_000)
  const before = puts()
  channel.hearAgain()
  await pass(100)
  expect(puts() - before).toBeLessThanOrEqual(2)
})

test('closing waits until all that ended is kept', async () => {
  const { channel, join, pass, shown } = setup()
  const { agent } = join()
  void agent.answer(channel.prompt('keep it'))
  await pass(15)
  let closed = false
  void agent.close(1_000).then(() => (closed = true))
  await pass(3_000)
  expect(closed).toBe(true)
  expect(await shown()).toEqual(['keep it complete', 'to be kept complete'])
})
