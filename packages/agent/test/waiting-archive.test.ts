import { selectMessages } from '@streamfold/core'
import { inputHash } from '@streamfold/core/codec'
import { describe, expect, test } from 'vitest'
import type { AgentOptions, ResponseArchive, WithheldData } from '../src/index.ts'
import { fromArchive } from '../src/index.ts'
import { desk, soon } from './approval-setup.ts'
import type { FakeClock } from './fake-clock.ts'
import { instantDigests } from './instant-digests.ts'
import { memoryArchive } from './memory-archive.ts'

/** A response that waits, of an agent that archives. @param lives whether its process is still there */
async function waiting(lives: boolean, options: Partial<AgentOptions> = {}) {
  instantDigests()
  const all = desk()
  const { clock, channel, joinMortal } = all
  const { archive, shown } = memoryArchive()
  const first = joinMortal(undefined, { archive, ...options })
  const prompt = channel.prompt('invite')
  await soon(first.agent.answer(prompt), clock)
  await pass(clock)
  const { serial } = channel.responses()[0]!
  if (!lives) first.die()
  return { ...all, archive, shown, prompt, serial }
}

async function pass(clock: FakeClock): Promise<void> {
  for (let n = 0; n < 40; n++) await clock.run(clock.now() + 100)
}

describe('a response that waits longer than the channel keeps it', () => {
  test.each([true, false])('goes on from the archive in a further message (the agent lives on: %s)', async (lives) => {
    const { clock, channel, join, sent, tasks, archive, shown, serial, errors } = await waiting(lives)
    expect(await shown()).toEqual(['invite complete', 'I will ask.  waiting'])
    const saw = channel.messages.find((message) => message.serial === serial)!.data
    channel.expire()
    if (!lives) void join({ archive }).recover()
    await clock.run(clock.now() + 1_000)
    expect(saw).toContain('"ask"')
    channel.answer({ response: serial, call: 'c1', saw: await hashOf(archive, serial) })
    await clock.run(clock.now() + 20_000)
    expect(errors).toEqual([])
    expect(sent).toEqual(['c1'])
    expect(channel.responses()).toMatchObject([{ headers: { continues: serial, status: 'complete' } }])
    expect(await shown()).toEqual(['invite complete', 'I will ask. \n\ndone complete'])
    expect(tasks[1]?.messages.map(({ role, text }) => `${role}: ${text}`)).toEqual(['user: invite', 'assistant: I will ask. '])
  })

  test('is denied in time by an agent that was started when only the archive had it', async () => {
    const options = { answerWithin: 60_000 }
    const { clock, channel, join, sent, archive, shown } = await waiting(false, options)
    channel.expire()
    void join({ archive, ...options }).recover()
    await clock.run(50_000)
    expect(await shown()).toEqual(['invite complete', 'I will ask.  waiting'])
    await clock.run(70_000)
    expect(channel.responses()).toHaveLength(1)
    expect(channel.responses()[0]!.data).toContain('"auto":"deadline"')
    expect(sent).toEqual([])
    await clock.run(80_000)
    expect(await shown()).toEqual(['invite complete', expect.stringMatching(/ complete$/)])
    // Nothing is left that would look again.
    expect(clock.pending()).toBe(0)
  })

  test('two agents make one further message, and execute the call once', async () => {
    const { clock, channel, join, sent, archive, serial } = await waiting(false)
    channel.expire()
    void join({ archive }).recover()
    void join({ archive }).recover()
    await clock.run(clock.now() + 1_000)
    channel.answer({ response: serial, call: 'c1', saw: await hashOf(archive, serial) })
    await clock.run(clock.now() + 20_000)
    expect(sent).toEqual(['c1'])
    expect(channel.responses()).toHaveLength(1)
  })
})

async function hashOf(archive: ResponseArchive, serial: string): Promise<string> {
  const page = await archive.read('ai:test')
  const part = selectMessages(fromArchive(page, 'agent'))
    .find(({ id }) => id === serial)
    ?.parts.find((each) => 'toolCallId' in each)
  return inputHash(part && 'input' in part ? part.input : undefined)
}

describe('inputs that readers do not receive', () => {
  const show = { toolInputs: () => 'hidden' }

  test('are those with which an approved call is run, where the archive keeps them', async () => {
    const kept = new Map<string, WithheldData>()
    const { archive } = memoryArchive()
    const withheld: ResponseArchive['withheld'] = {
      put: async (_, data) => void kept.set(data.serial, data),
      read: async (_, serials) => serials.flatMap((serial) => kept.get(serial) ?? []),
    }
    const options = { show, archive: { ...archive, withheld } }
    const { clock, channel, join, response, tasks, sent, serial } = await waiting(false, options)
    expect((await response()).parts[1]).toMatchObject({ input: 'hidden' })
    void join(options).recover()
    channel.answer({ response: serial, call: 'c1' })
    await pass(clock)
    expect(sent).toEqual(['c1'])
    expect(tasks[1]?.continued?.calls).toMatchObject([{ input: { to: 'user 1' } }])
    expect(tasks[1]?.messages.at(-1)?.parts[1]).toMatchObject({ input: { to: 'user 1' }, state: 'approval-responded' })
    expect((await response()).parts[1]).toMatchObject({ input: 'hidden', state: 'output-available' })
    // The next prompt gets all of both.
    void join(options).answer(channel.prompt('and now?'))
    await pass(clock)
    expect(tasks[2]?.messages[1]).toMatchObject({ text: 'I will ask. \n\ndone' })
    expect(tasks[2]?.messages[1]?.parts[1]).toMatchObject({ input: { to: 'user 1' }, state: 'output-available' })
  })

  test('fail the call where nothing keeps them: it is not run with others', async () => {
    const { clock, channel, join, response, sent, serial } = await waiting(false, { show })
    void join({ show }).recover()
    channel.answer({ response: serial, call: 'c1' })
    await pass(clock)
    expect(sent).toEqual([])
    expect((await response()).parts[1]).toMatchObject({
      state: 'output-error',
      errorText: 'the agent no longer has the input of the call',
    })
  })
})
