import { emptyConversation, normalise, reduce, selectMessages } from '@streamfold/core'
import { expect, it, vi } from 'vitest'
import { agentOn } from '@streamfold/test-support/agent-on'
import { live, open, texts } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { until } from '@streamfold/testkit'

it('reads as many messages as asked for, and older ones page by page', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:older')
  for (let i = 0; i < 25; i++) await agent.writer.create({ text: `${i}`, headers: { role: 'assistant', status: 'complete' } })
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:older')
  const { store, loadOlder } = open(channel, { history: 10, rewind: false })
  const first = await until(store, live)
  expect(texts(first)).toHaveLength(10)
  expect(first.context.hasOlder).toBe(true)
  await Promise.all([loadOlder(), loadOlder()])
  expect(texts(store.getState())).toHaveLength(20)
  await loadOlder()
  expect(texts(store.getState())).toEqual(Array.from({ length: 25 }, (_, i) => `${i}`))
  expect(store.getState().context.hasOlder).toBe(false)
  await loadOlder()
  expect(texts(store.getState())).toHaveLength(25)
})

it('reads past what the rewind has brought, until there is something older', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:rewound')
  for (let i = 0; i < 25; i++) await agent.writer.create({ text: `${i}`, headers: { role: 'assistant', status: 'complete' } })
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:rewound', { params: { rewind: '15' } })
  const { store, loadOlder } = open(channel, { history: 5 })
  await until(store, (state) => live(state) && texts(state).length === 15)
  await loadOlder()
  expect(texts(store.getState())).toHaveLength(20)
})

it('reads back to the oldest message it knows after a loss', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:down')
  const write = (text: string) => agent.writer.create({ text, headers: { role: 'assistant', status: 'complete' } })
  for (let i = 0; i < 5; i++) await write(`${i}`)
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:down')
  const { store, connect, disconnect } = open(channel, { history: 2, rewind: false })
  await until(store, live)
  await disconnect()
  const oldest = selectMessages(store.getState())[0]!
  await agent.writer.update(oldest.id, { text: 'edited', headers: { role: 'assistant', status: 'complete' } })
  for (let i = 5; i < 12; i++) await write(`${i}`)
  await connect()
  const back = await until(store, live)
  expect(texts(back).slice(-9)).toEqual(['edited', '4', '5', '6', '7', '8', '9', '10', '11'])
})

it('reads what it knows again in few requests', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:many')
  for (let i = 0; i < 250; i++) await agent.writer.create({ text: `${i}`, headers: { role: 'assistant', status: 'complete' } })
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:many')
  const { store, connect, disconnect } = open(channel, { history: 250, rewind: false })
  await until(store, live)
  await disconnect()
  await agent.writer.create({ text: 'meanwhile', headers: { role: 'assistant', status: 'complete' } })
  const read = vi.spyOn(channel, 'history')
  await connect()
  expect(texts(await until(store, live))).toHaveLength(251)
  // Each page waits for the one before, so there are as few as there can be.
  expect(read.mock.calls.map(([params]) => params?.limit)).toEqual([250])
})

it('does not report the history of an attachment that is over', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:superseded')
  await agent.complete(await agent.begin('first'), '')
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:superseded')
  const read = channel.history.bind(channel)
  let answer = () => {}
  const asked = new Promise<void>((resolve) => {
    vi.spyOn(channel, 'history').mockImplementationOnce(async (params) => {
      const page = await read(params ?? undefined)
      resolve()
      await new Promise<void>((later) => (answer = later))
      return page
    })
  })
  const { store, connect, disconnect } = open(channel, { rewind: false })
  await asked
  await disconnect()
  await agent.complete(await agent.begin('second'), '')
  const begun = until(store, (state) => state.context.channel.status === 'hydrating')
  const reconnected = connect()
  await begun
  answer()
  await reconnected
  expect(texts(await until(store, live))).toEqual(['first', 'second'])
})

it('rejects when older messages cannot be read, and can be asked again', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:flaky')
  for (const text of ['a', 'b']) await agent.writer.create({ text, headers: { role: 'assistant', status: 'complete' } })
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:flaky')
  const read = channel.history.bind(channel)
  vi.spyOn(channel, 'history').mockImplementationOnce(async (params) => {
    const page = await read(params ?? undefined)
    const next = vi.fn(page.next).mockRejectedValueOnce(new Error('timed out'))
    return Object.assign(page, { next })
  })
  const { store, loadOlder } = open(channel, { history: 1, rewind: false })
  await until(store, live)
  await expect(loadOlder()).rejects.toMatchObject({
    code: 'older-unread',
    message: 'unable to load older messages; timed out: try again',
  })
  await loadOlder()
  expect(texts(store.getState())).toEqual(['a', 'b'])
})

it('asks for a single message until it has caught up with its stream', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:behind')
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:behind')
  const { store } = open(channel)
  await until(store, live)
  const serial = await agent.begin('a')
  await until(store, (state) => texts(state)[0] === 'a')
  // An increment of a message whose base this client has lost: the store is told it, the text on the server has it.
  const getMessage = vi.spyOn(channel, 'getMessage')
  store.dispatch({ type: 'channel', state: 'attached', resumed: false })
  await until(store, live)
  await agent.append(serial, 'b')
  const state = await until(store, (state) => texts(state)[0] === 'ab' && state.context.behind.length === 0)
  expect(selectMessages(state)[0]).toMatchObject({ continuity: 'contiguous' })
  expect(getMessage.mock.calls.length).toBeLessThan(3)
})

it.each([
  ['with `since`, the newest serial of the archive', true],
  ['without `since`', false],
])('takes off the screen what was deleted after an archive was read and before it attached, %s', async (_name, tells) => {
  const server = await serve()
  const agent = agentOn(server, 'ai:archived')
  const write = (text: string) => agent.writer.create({ text, headers: { role: 'assistant', status: 'complete' } })
  for (let i = 0; i < 4; i++) await write(`${i}`)
  const complete = { extras: { headers: { role: 'assistant', status: 'complete' } } }
  await agent.channel.publish(Array.from({ length: 120 }, () => ({ name: 'response', data: 'more', ...complete })))
  const { items } = await agent.channel.history({ limit: 1_000 })
  const archive = items.map((item) => normalise(item, { source: 'cache' })).reduce(reduce, emptyConversation())
  const [first, second] = selectMessages(archive)
  await agent.channel.deleteMessage({ serial: first!.id })
  await agent.writer.update(second!.id, { text: 'edited', headers: { role: 'assistant', status: 'complete' } })
  await write('new')
  const since = tells ? selectMessages(archive).at(-1)!.id : undefined
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:archived')
  const { store } = open(channel, { initial: archive, since, rewind: false, history: 1 })
  expect(texts(store.getState()).slice(0, 4)).toEqual(['0', '1', '2', '3'])
  const state = await until(store, live)
  expect(texts(state).at(-1)).toBe('new')
  expect(
    selectMessages(state)
      .slice(0, 5)
      .map(({ text, status }) => [text, status]),
  ).toEqual([
    ['', 'deleted'],
    ['edited', 'complete'],
    ['2', 'complete'],
    ['3', 'complete'],
    ['more', 'complete'],
  ])
})
