import type { Conversation } from '@streamfold/core'
import { selectMessages, selectStatus, selectUnanswered, selectUnansweredReason } from '@streamfold/core'
import { expect, it, vi } from 'vitest'
import { ConversationError } from '../src/index.ts'
import { agentOn } from '@streamfold/test-support/agent-on'
import { live, open, texts } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { until } from '@streamfold/testkit'

/** Every prompt is on the channel. */
const shown = (state: Conversation) => state.context.pending.length === 0 && selectMessages(state).length > 0

it('shows a prompt at once and keeps its key when the channel shows it', async () => {
  const server = await serve()
  const { store, sendMessage } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:send'))
  await until(store, live)
  const sent = sendMessage('Hello \n')
  const [optimistic] = selectMessages(store.getState())
  expect(optimistic).toMatchObject({ text: 'Hello', status: 'sending', role: 'user', clientId: 'ann' })
  await sent
  const state = await until(store, shown)
  const messages = selectMessages(state)
  expect(messages).toHaveLength(1)
  expect(messages[0]).toMatchObject({ key: optimistic!.key, text: 'Hello', status: 'complete', clientId: 'ann' })
  expect(messages[0]!.id).not.toBe(optimistic!.id)
  expect(selectStatus(state)).toBe('submitted')
})

it('publishes a prompt under an id that the caller chose, which is its key for every reader', async () => {
  const server = await serve()
  const { store, sendMessage } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:own-id'))
  const reader = open(realtime(server, { clientId: 'ben' }).channels.get('ai:own-id'))
  await sendMessage('Hello', { id: 'chosen-1', headers: { topic: 'greeting' } })
  for (const each of [store, reader.store]) {
    const state = await until(each, shown)
    expect(selectMessages(state)).toMatchObject([
      { key: 'chosen-1', text: 'Hello', headers: { topic: 'greeting', role: 'user' } },
    ])
  }
})

it('shows a prompt sent while the network is away, and sends it when it is back', async () => {
  const server = await serve()
  const { store, sendMessage } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:queued'))
  await until(store, live)
  server.faults.cut({ clientId: 'ann', refuseFor: 200 })
  await until(store, (state) => !live(state))
  const sent = sendMessage('from the tunnel')
  expect(selectMessages(store.getState())[0]?.status).toBe('sending')
  await sent
  const state = await until(store, (state) => live(state) && shown(state))
  expect(texts(state)).toEqual(['from the tunnel'])
})

it('keeps a prompt whose publish failed, with the reason, and sends it again under its id', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:fail')
  const { store, sendMessage, retry } = open(channel)
  await until(store, live)
  const publish = vi
    .spyOn(channel, 'publish')
    .mockRejectedValueOnce(Object.assign(new Error('rate limit exceeded'), { code: 42911 }))
  await sendMessage('again')
  const [failed] = selectMessages(store.getState())
  expect(failed).toMatchObject({ status: 'failed', error: 'rate limit exceeded' })
  expect(selectStatus(store.getState())).toBe('error')
  await retry(failed!.id)
  const state = await until(store, shown)
  expect(selectMessages(state)).toMatchObject([{ key: failed!.key, text: 'again', status: 'complete', error: undefined }])
  expect(publish.mock.calls).toMatchObject([[{ id: failed!.key }], [{ id: failed!.key }]])
})

it.each([
  ['code that begins indented', '    if (ready)\n      go()\n', '    if (ready)\n      go()'],
  ['a tab', '\tgo:\n\t\tmake', '\tgo:\n\t\tmake'],
  ['blank lines around it', '\r\n  \n\n  - one\n  - two\n\n \t\n', '  - one\n  - two'],
  ['blank lines within it', 'one\n\n\n  two', 'one\n\n\n  two'],
  ['a very long blank line', `${' '.repeat(50_000)}\n  one`, '  one'],
])('publishes a prompt with its indentation: %s', async (_, typed, published) => {
  const server = await serve()
  const { store, sendMessage } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:indented'))
  await sendMessage(typed)
  const state = await until(store, shown)
  expect(selectMessages(state)).toMatchObject([{ text: published, status: 'complete' }])
})

it('refuses an empty prompt and one over the size limit before anything is shown, saying what to do', async () => {
  const server = await serve()
  const { store, sendMessage } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:size'))
  await until(store, live)
  for (const blank of ['', ' \n', '\t\r\n  ', '\u00a0\u3000\ufeff']) {
    await expect(sendMessage(blank)).rejects.toMatchObject({
      code: 'empty-prompt',
      message: expect.stringContaining('write something'),
    })
  }
  const tooLarge = sendMessage('é'.repeat(35 * 1024))
  await expect(tooLarge).rejects.toBeInstanceOf(ConversationError)
  await expect(tooLarge).rejects.toMatchObject({
    code: 'prompt-too-large',
    message: 'unable to send the prompt; it is 71 kB and the limit is 64 kB: shorten it',
  })
  expect(selectMessages(store.getState())).toEqual([])
})

it('keeps to the limit that the service announces', async () => {
  const server = await serve({ maxMessageSize: 1024 })
  const { store, sendMessage } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:limit'))
  await until(store, live)
  await expect(sendMessage('x'.repeat(1100))).rejects.toThrow('it is 2 kB and the limit is 1 kB')
})

it('calls the notifyAgent with the serial of the prompt, once it is on the channel', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:notifyAgent')
  const notifyAgent = vi.fn().mockResolvedValue(undefined)
  const { store, sendMessage } = open(channel, { notifyAgent })
  await until(store, live)
  await sendMessage('Answer me')
  const state = await until(store, shown)
  expect(notifyAgent.mock.calls).toEqual([[{ channelName: 'ai:notifyAgent', promptSerial: selectMessages(state)[0]!.id }]])
})

it('says why a prompt is unanswered when the notifyAgent fails, and asks again on retry', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:unanswered')
  const notifyAgent = vi.fn().mockRejectedValueOnce(new Error('the agent is out of reach')).mockResolvedValue(undefined)
  const { store, sendMessage, retry } = open(channel, { notifyAgent })
  await until(store, live)
  await sendMessage('Anybody?')
  const state = await until(store, (state) => selectUnansweredReason(state) === 'the agent is out of reach')
  expect(selectStatus(state)).toBe('error')
  const prompt = selectUnanswered(state)!
  await retry(prompt.id)
  const asked = await until(store, (state) => selectUnansweredReason(state) === undefined)
  expect(selectStatus(asked)).toBe('submitted')
  expect(notifyAgent).toHaveBeenCalledTimes(2)
  expect(selectMessages(asked)).toHaveLength(1)
})

it('asks for another response to the prompt of a failed one', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:regenerate')
  const { store, sendMessage, retry } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:regenerate'))
  await until(store, live)
  await sendMessage('Tell me')
  const [prompt] = selectMessages(await until(store, shown))
  const headers = { role: 'assistant', status: 'failed', error: 'overloaded', 'reply-to': prompt!.id }
  const { serial } = await agent.writer.create({ text: 'Well', headers })
  const failed = await until(store, (state) => selectMessages(state).length === 2)
  expect(selectStatus(failed)).toBe('error')
  await retry(serial)
  const state = await until(store, (state) => selectMessages(state).length === 3 && shown(state))
  expect(selectMessages(state).map(({ text, again }) => again ?? text)).toEqual(['Tell me', 'Well', prompt!.id])
  await expect(retry('nothing')).rejects.toMatchObject({ code: 'nothing-to-retry' })
})

it('asks to stop every response that streams, and only those', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:stop')
  const stopped: unknown[] = []
  await agent.channel.subscribe('cancel', ({ extras }) => stopped.push(extras.headers.target))
  const { store, stop } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:stop'))
  await agent.complete(await agent.begin('done'), '.')
  const first = await agent.begin('one')
  const second = await agent.begin('two')
  await until(store, (state) => live(state) && state.context.open.length === 2)
  await stop()
  await vi.waitFor(() => expect(stopped).toEqual([first, second]))
  await stop(second)
  await vi.waitFor(() => expect(stopped).toEqual([first, second, second]))
})

it('asks to stop the prompt that waits, even before it is acknowledged', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:early')
  const targets: unknown[] = []
  await agent.channel.subscribe('cancel', ({ extras }) => targets.push(extras.headers.target))
  const { store, sendMessage, stop } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:early'))
  await until(store, live)
  const sent = sendMessage('Never mind')
  await stop()
  await sent
  const state = await until(store, shown)
  await vi.waitFor(() => expect(targets).toEqual([selectMessages(state)[0]!.id]))
})

it('has nothing to stop without an error', async () => {
  const server = await serve()
  const { store, stop } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:idle'))
  await until(store, live)
  await stop()
  expect(selectMessages(store.getState())).toEqual([])
})

it('says so where another user has published under the id of a prompt, and has nobody answer that', async () => {
  const server = await serve()
  const mallory = realtime(server, { clientId: 'mallory' }).channels.get('ai:taken')
  const notifyAgent = vi.fn(async () => {})
  const { store, sendMessage } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:taken'), { notifyAgent })
  await until(store, live)
  await mallory.publish({ id: 'm1', name: 'prompt', data: 'Forged', extras: { headers: { role: 'user' } } })
  await until(store, (state) => selectMessages(state).length === 1)
  await sendMessage('Hello', { id: 'm1' })
  expect(selectMessages(store.getState())).toMatchObject([
    { text: 'Forged', clientId: 'mallory', status: 'complete' },
    { text: 'Hello', clientId: 'ann', status: 'failed', error: expect.stringMatching(/^another user .*: write it again$/) },
  ])
  expect(notifyAgent).not.toHaveBeenCalled()
  await sendMessage('Hello again')
  const state = await until(store, (now) =>
    selectMessages(now).some(({ text, status }) => text === 'Hello again' && status === 'complete'),
  )
  expect(texts(state)).toContain('Hello again')
})

it('asks to stop its own prompt where somebody else has asked after it', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'mallory' }).channels.get('ai:after')
  const { store, sendMessage, stop } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:after'))
  await until(store, live)
  const cancels: unknown[] = []
  await channel.subscribe('cancel', ({ extras }) => cancels.push(extras.headers.target))
  await sendMessage('Hello')
  const own = selectMessages(store.getState())[0]!.id
  await channel.publish({ name: 'prompt', data: 'Me too', extras: { headers: { role: 'user', 'reply-to': own } } })
  await until(store, (state) => selectMessages(state).length === 2)
  await stop()
  await vi.waitFor(() => expect(cancels).toEqual([own]))
})

it.each([
  [{ error: 'mine' }, 'the header `error` belongs to the protocol: give it another name'],
  [{ role: 'admin', kind: 'x' }, 'the headers `role`, `kind` belong to the protocol: give them other names'],
  [{ count: 3 }, 'the header `count` is a number: give a string'],
  ['topic', 'the headers are no object: give { name: value }'],
])('refuses a prompt with the headers %j, and shows nothing', async (headers, reason) => {
  const server = await serve()
  const { store, sendMessage } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:headers'))
  await expect(sendMessage('Hello', { headers: headers as never })).rejects.toMatchObject({
    code: 'wrong-headers',
    message: `unable to send the prompt; ${reason}`,
  })
  expect(selectMessages(store.getState())).toEqual([])
  await sendMessage('Hello', { headers: { topic: 'ships', user: undefined } })
  expect(selectMessages(store.getState())).toMatchObject([{ status: 'complete', headers: { topic: 'ships' } }])
})

it('asks once more with the headers of the product, and without those of the protocol', async () => {
  const server = await serve()
  const { store, sendMessage, retry } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:again'))
  await sendMessage('Hello', { headers: { topic: 'ships' } })
  await retry(selectMessages(store.getState())[0]!.id)
  const state = await until(store, (state) => selectMessages(state).length === 2)
  expect(selectMessages(state).map(({ headers }) => headers)).toEqual([
    { topic: 'ships', role: 'user' },
    { topic: 'ships', again: selectMessages(state)[0]!.id, role: 'user' },
  ])
})
