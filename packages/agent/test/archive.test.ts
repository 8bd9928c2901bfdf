import { describe, expect, test } from 'vitest'
import type { ResponseArchive, Task, WithheldData } from '../src/index.ts'
import { serveAgent } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeSource } from './fake-source.ts'
import { instantDigests } from './instant-digests.ts'
import { memoryArchive } from './memory-archive.ts'

function setup() {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const { archive, shown, puts } = memoryArchive()
  const errors: unknown[] = []
  /** What the model was given, by each prompt. */
  const given: string[][] = []
  const join = (echo = true) => {
    const port = channel.agent({ echo })
    const respond = ({ messages }: Task) => {
      given.push(messages.map(({ role, text, status }) => `${role}: ${status === 'deleted' ? status : text}`))
      return fakeSource(
        clock,
        ['to be ', 'kept'].map((text) => ({ text, delay: 10 })),
      )
    }
    const onError = (error: unknown) => void errors.push(error)
    return { port, agent: serveAgent({ channel: port, respond, clock, archive, onError }) }
  }
  const pass = (ms: number) => clock.run(clock.now() + ms)
  return { channel, join, pass, shown, puts, errors, given, archive }
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

test('an archive whose database hangs is reported, and keeps no answer and no close waiting', async () => {
  instantDigests()
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const errors: unknown[] = []
  const hangs = () => new Promise<never>(() => undefined)
  const agent = serveAgent({
    channel: channel.agent(),
    clock,
    show: { reasoning: 'nothing' },
    archive: { read: hangs, put: hangs, withheld: { read: hangs, put: hangs } },
    async *respond() {
      yield { type: 'reasoning-delta', id: 'r', text: 'hm' }
      yield { type: 'text-delta', id: 't', text: 'an answer' }
      yield { type: 'finish', finishReason: 'stop' }
    },
    onError: (error) => void errors.push(error),
  })
  const over: string[] = []
  async function ask(): Promise<void> {
    const answer = await agent.answer(channel.prompt('hello'))
    if (answer.type === 'answering') over.push((await answer.finished).status)
  }
  void ask()
  await clock.run(60_000)
  expect(channel.responses()).toMatchObject([{ headers: { status: 'complete' } }])
  expect([over, agent.working]).toEqual([['complete'], 0])
  void agent.close().then(() => over.push('closed'))
  await clock.run(120_000)
  expect(over).toEqual(['complete', 'closed'])
  expect(new Set(errors.map(String))).toEqual(
    new Set(['Error: unable to wait for the archive; it has not answered for ten seconds: see whether its database hangs']),
  )
})

test('many changes at once are one update', async () => {
  const { channel, join, pass, puts } = setup()
  const { agent } = join()
  for (const text of ['a', 'b', 'c']) void agent.answer(channel.prompt(text))
  await pass(1_000)
  const before = puts()
  channel.deliverAgain()
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

describe('the model is given what the page shows', () => {
  test('when the channel’s history has expired', async () => {
    const { channel, join, pass, given } = setup()
    const first = join()
    void first.agent.answer(channel.prompt('long ago'))
    await pass(1_000)
    void first.agent.close()
    await pass(100)
    channel.expire()
    const { agent } = join()
    void agent.answer(channel.prompt('again'))
    await pass(1_000)
    expect(given.at(-1)).toEqual(['user: long ago', 'assistant: to be kept', 'user: again'])
  })

  test('when it has expired in part, and in order', async () => {
    const { channel, join, pass, given } = setup()
    const { agent } = join()
    void agent.answer(channel.prompt('one'))
    await pass(1_000)
    channel.expire()
    for (const text of ['two', 'three']) {
      void agent.answer(channel.prompt(text))
      await pass(1_000)
    }
    expect(given.at(-1)).toEqual(
      ['one', 'to be kept', 'two', 'to be kept', 'three'].map((text, n) => `${n % 2 ? 'assistant' : 'user'}: ${text}`),
    )
  })

  test('without what was deleted while nobody listened', async () => {
    const { channel, join, pass, given } = setup()
    const first = join()
    void first.agent.answer(channel.prompt('secret'))
    await pass(1_000)
    void first.agent.close()
    await pass(100)
    channel.remove(channel.messages[0]!.serial)
    channel.remove(channel.responses()[0]!.serial)
    const { agent } = join()
    void agent.answer(channel.prompt('next'))
    await pass(1_000)
    expect(given.at(-1)).toEqual(['user: deleted', 'assistant: deleted', 'user: next'])
  })

  test('but not what the archive may hold though it was deleted: the channel could not be asked', async () => {
    const { channel, join, pass, given, errors } = setup()
    const first = join()
    void first.agent.answer(channel.prompt('secret'))
    await pass(1_000)
    void first.agent.close()
    await pass(100)
    const { agent, port } = join()
    const prompt = channel.prompt('next')
    channel.remove(channel.messages[0]!.serial)
    // All but the newest messages are out of reach.
    const read = port.conversation
    let reads = 0
    port.conversation = async (downTo) => (downTo === undefined || reads++ > 0 ? read(downTo) : Promise.reject(new Error('away')))
    void agent.answer(prompt)
    await pass(1_000)
    expect(errors).toHaveLength(1)
    expect(given.at(-1)?.join()).not.toContain('secret')
  })

  test('and an archive that cannot be read is reported, and does not keep the model from answering', async () => {
    const { channel, join, pass, given, errors, archive } = setup()
    const { agent } = join()
    archive.read = () => Promise.reject(new Error('the disk is gone'))
    void agent.answer(channel.prompt('hello'))
    await pass(1_000)
    expect(given).toEqual([['user: hello']])
    expect(errors.length).toBeGreaterThan(0)
    expect(channel.responses()[0]?.headers['status']).toBe('complete')
  })
})

describe('the model is given what readers do not receive', () => {
  const tool = [
    { type: 'tool-call', toolCallId: 'c', toolName: 'lookup', input: { key: 'k' } },
    { type: 'tool-result', toolCallId: 'c', toolName: 'lookup', input: { key: 'k' }, output: 'secret' },
    { type: 'text-delta', id: '0', text: 'Done.' },
    { type: 'finish', finishReason: 'stop' },
  ]

  function setupWithheld() {
    instantDigests()
    const clock = fakeClock()
    const channel = fakeChannel(clock)
    const { archive } = memoryArchive()
    const kept = new Map<string, WithheldData>()
    const given: Task['messages'][] = []
    const withheld: ResponseArchive['withheld'] = {
      put: async (_, entry) => void kept.set(entry.serial, entry),
      read: async (_, serials) => serials.flatMap((serial) => kept.get(serial) ?? []),
    }
    const errors: unknown[] = []
    const agent = serveAgent({
      channel: channel.agent(),
      archive: { ...archive, withheld },
      show: { toolOutputs: 'nothing' },
      async *respond({ messages }) {
        given.push(messages)
        yield* tool
      },
      clock,
      onError: (error) => void errors.push(error),
    })
    const ask = async (text: string) => {
      const answered = { over: false }
      const answer = async () => {
        const begun = await agent.answer(channel.prompt(text))
        if (begun.type === 'answering') await begun.finished
        answered.over = true
      }
      void answer()
      for (let n = 0; n < 100 && !answered.over; n++) await clock.run(clock.now() + 100)
      expect(answered.over).toBe(true)
    }
    const outputs = () => given.at(-1)!.flatMap(({ parts }) => parts.flatMap((part) => ('output' in part ? [part.output] : [])))
    return { channel, archive, withheld, kept, errors, ask, outputs }
  }

  test('with the next prompt; neither the channel nor a page of the archive has it', async () => {
    const { channel, archive, errors, ask, outputs } = setupWithheld()
    await ask('first')
    await ask('second')
    expect(outputs()).toEqual(['secret'])
    expect(JSON.stringify(channel.messages)).not.toContain('secret')
    expect(JSON.stringify(await archive.read('ai:test'))).not.toContain('secret')
    expect(errors).toEqual([])
  })

  test('but not of a response that a moderator has changed, or that was deleted', async () => {
    const { channel, ask, outputs } = setupWithheld()
    await ask('first')
    const [response] = channel.responses()
    channel.rewrite(response!.serial, 'moderated', {
      role: 'assistant',
      status: 'complete',
      'reply-to': response!.headers['reply-to']!,
    })
    await ask('second')
    expect(outputs()).toEqual([])
    channel.remove(channel.responses().at(-1)!.serial)
    await ask('third')
    expect(outputs()).toEqual([])
  })

  test('where that cannot be read the model is given what readers have, and developers are told', async () => {
    const { withheld, errors, ask, outputs } = setupWithheld()
    await ask('first')
    withheld!.read = () => Promise.reject(new Error('the disk is gone'))
    await ask('second')
    expect(outputs()).toEqual([undefined])
    expect(errors).toHaveLength(1)
  })
})
