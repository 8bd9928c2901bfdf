import type { ConversationEvent } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import type { InboundMessage, PaginatedResult, RealtimeHistoryParams } from 'ably'
import { expect, it, vi } from 'vitest'
import { createAgentChannel, createResponseWriter } from '../src/index.ts'
import { historyTexts } from '@streamfold/test-support/history-texts'
import { texts } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'

const headers = { role: 'assistant', status: 'streaming' }

it('sends operations in the order of the calls, none awaited', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'agent' }).channels.get('ai:order')
  const writer = createResponseWriter(channel)
  const { serial } = await writer.create({ text: '', headers })
  const words = Array.from({ length: 40 }, (_, i) => `${i} `)
  const appends = words.map((text) => writer.append(serial, { text, headers }))
  const update = writer.update(serial, { text: 'replaced ', headers })
  const last = writer.append(serial, { text: 'and on', headers: { ...headers, status: 'complete' } })
  const versions = await Promise.all([...appends, update, last])
  expect(await historyTexts(channel)).toEqual(['replaced and on'])
  expect(versions.every(({ version }) => typeof version === 'string')).toBe(true)
  const { items } = await channel.history()
  expect(items[0]).toMatchObject({ name: 'response', extras: { headers: { role: 'assistant', status: 'complete' } } })
})

it('knows what time it is at the service', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'agent' }).channels.get('ai:time')
  const before = Date.now()
  const time = await createAgentChannel(channel, { clientId: 'agent' }).time!()
  expect(time).toBeGreaterThanOrEqual(before)
  expect(time).toBeLessThanOrEqual(Date.now())
})

it('makes one message of two creates with one id', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'agent' }).channels.get('ai:id')
  const writer = createResponseWriter(channel)
  const [first, second] = await Promise.all([
    writer.create({ id: 'r-1', text: 'a', headers }),
    writer.create({ id: 'r-1', text: 'a', headers }),
  ])
  expect(first.serial).toBe(second.serial)
  expect(await historyTexts(channel)).toEqual(['a'])
})

it('rejects with the code of the service', async () => {
  const server = await serve()
  const writer = createResponseWriter(realtime(server, { clientId: 'agent' }).channels.get('ai:reject'))
  const { serial } = await writer.create({ text: '', headers })
  server.faults.rejectAppend({ code: 42911 })
  await expect(writer.append(serial, { text: 'x', headers })).rejects.toMatchObject({ code: 42911 })
  await expect(writer.create({ text: 'x'.repeat(70_000), headers })).rejects.toMatchObject({ code: 40009 })
  expect(writer.maxMessageSize).toBe(65_536)
})

it('writes as the agent also from a client without an identity of its own', async () => {
  const server = await serve()
  const channel = realtime(server).channels.get('ai:anonymous')
  await createAgentChannel(channel, { clientId: 'agent' }).writer.create({ text: 'a', headers })
  const { items } = await channel.history()
  expect(items[0]).toMatchObject({ clientId: 'agent' })
})

it('folds the history of the channel, page by page', async () => {
  const server = await serve()
  const { channels } = realtime(server, { clientId: 'helper' })
  const agent = createAgentChannel(channels.get('ai:fold'), { clientId: 'helper' })
  const user = realtime(server, { clientId: 'ann' }).channels.get('ai:fold')
  await user.publish({ name: 'prompt', data: 'Question', extras: { headers: { role: 'user' } } })
  const { serial } = await agent.writer.create({ text: 'An', headers })
  await agent.writer.append(serial, { text: 'swer', headers: { ...headers, status: 'complete' } })
  const state = await agent.conversation()
  expect(selectMessages(state)).toMatchObject([
    { role: 'user', text: 'Question' },
    { role: 'assistant', text: 'Answer', status: 'complete' },
  ])
  const short = createAgentChannel(channels.get('ai:fold'), { clientId: 'helper', history: 1 })
  expect(texts(await short.conversation())).toEqual(['Answer'])
  const prompt = selectMessages(state)[0]!.id
  expect(texts(await short.conversation(prompt))).toEqual(['Question', 'Answer'])
  expect(texts(await agent.conversation(serial))).toEqual(['Question', 'Answer'])
})

it('reads as many messages of history as it says, and further back in few requests', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'agent' }).channels.get('ai:back')
  const serials: string[] = []
  for (let n = 0; n < 26; n++) {
    const batch = Array.from({ length: 50 }, (_, at) => ({ name: 'prompt', data: `${n * 50 + at}` }))
    serials.push(...((await channel.publish(batch)).serials as string[]))
  }
  const asked: unknown[] = []
  const history: (params?: RealtimeHistoryParams) => Promise<PaginatedResult<InboundMessage>> = channel.history.bind(channel)
  const counted = async (params?: RealtimeHistoryParams) => {
    asked.push(params?.limit)
    const page = await history(params)
    const next = page.next.bind(page)
    page.next = () => (asked.push('next'), next())
    return page
  }
  channel.history = counted as typeof channel.history // It is also declared with a callback.
  const agent = (count?: number) =>
    createAgentChannel(channel, { clientId: 'agent', agent: 'agent', ...(count !== undefined && { history: count }) })
  expect(selectMessages(await agent().conversation())).toHaveLength(200)
  expect(asked.splice(0)).toEqual([200])
  expect(selectMessages(await agent(1_200).conversation())).toHaveLength(1_200)
  expect(asked.splice(0)).toEqual([600, 'next'])
  const all = selectMessages(await agent(10).conversation(serials[0]))
  expect(all.map(({ text }) => text)).toEqual(serials.map((_, n) => `${n}`))
  expect(asked.splice(0)).toEqual([10, 1_000, 'next'])
  expect(agent().historyLimit).toBe(200)
})

it('delivers prompts and cancels from the attachment on, until it is stopped', async () => {
  const server = await serve()
  const agent = createAgentChannel(realtime(server, { clientId: 'agent' }).channels.get('ai:hear'), { clientId: 'agent' })
  const user = realtime(server, { clientId: 'ann' }).channels.get('ai:hear')
  const events: ConversationEvent[] = []
  const stop = await agent.subscribe((event) => events.push(event))
  const { serials } = await user.publish({ name: 'prompt', data: 'Hi', extras: { headers: { role: 'user' } } })
  await user.publish({ name: 'cancel', extras: { headers: { target: serials[0]! } } })
  await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['created', 'cancel'])))
  expect(events.find(({ type }) => type === 'cancel')).toMatchObject({ target: serials[0], clientId: 'ann' })
  stop()
  const before = events.length
  await user.publish({ name: 'prompt', data: 'Gone?' })
  await agent.conversation()
  expect(events).toHaveLength(before)
})

it('announces its work and takes it back, in the order asked', async () => {
  const server = await serve()
  const agent = createAgentChannel(realtime(server, { clientId: 'agent' }).channels.get('ai:work'), { clientId: 'agent' })
  const { presence } = realtime(server, { clientId: 'ann' }).channels.get('ai:work')
  const seen: unknown[] = []
  await presence.subscribe(({ action, data }) => seen.push([action, data?.serial]))
  await Promise.all([agent.announce({ serial: '1' }), agent.announce({ serial: '2' }), agent.announce(undefined)])
  await vi.waitFor(() =>
    expect(seen).toEqual([
      ['enter', '1'],
      ['update', '2'],
      ['leave', expect.anything()],
    ]),
  )
})

it('waits with one listener for a channel that is away, however much it has to say', async () => {
  const server = await serve({ connectionStateTtl: 200 })
  const channel = realtime(server, { clientId: 'agent' }).channels.get('ai:listeners')
  const agent = createAgentChannel(channel, { clientId: 'agent' })
  await agent.announce({ serial: '0' })
  server.faults.cut({ clientId: 'agent', refuseFor: 600 })
  await vi.waitFor(() => expect(channel.state).toBe('suspended'))
  const before = channel.listeners('attached')?.length ?? 0
  for (let n = 1; n <= 20; n++) await expect(agent.announce({ serial: `${n}` })).rejects.toThrow()
  expect((channel.listeners('attached')?.length ?? 0) - before).toBe(1)
  await vi.waitFor(() => expect(channel.state).toBe('attached'), 5_000)
  const { presence } = realtime(server, { clientId: 'ann' }).channels.get('ai:listeners')
  await vi.waitFor(async () => expect((await presence.get()).map(({ data }) => data as unknown)).toEqual([{ serial: '20' }]))
})

it.each([
  ['left, when its work ended meanwhile', undefined, []],
  ['present with its newest work, when that is not what it was', { serial: '2' }, [{ serial: '2' }]],
] as const)('after a connection lost for long it is %s', async (_, work, present) => {
  const server = await serve({ connectionStateTtl: 200, presenceLeaveDelay: 100 })
  const client = realtime(server, { clientId: 'agent' })
  const channel = client.channels.get('ai:left')
  const agent = createAgentChannel(channel, { clientId: 'agent' })
  const { presence } = realtime(server, { clientId: 'ann' }).channels.get('ai:left')
  await agent.announce({ serial: '1' })
  await vi.waitFor(async () => expect(await presence.get()).toHaveLength(1))
  server.faults.cut({ clientId: 'agent', refuseFor: 600 })
  await vi.waitFor(() => expect(channel.state).toBe('suspended'))
  await expect(agent.announce(work)).rejects.toThrow()
  await vi.waitFor(() => expect(channel.state).toBe('attached'), 5_000)
  await agent.writer.create({ text: 'later than all that was sent as it attached', headers })
  await vi.waitFor(async () => expect((await presence.get()).map(({ data }) => data as unknown)).toEqual(present))
})
