import { selectMessages, selectStatus } from '@streamfold/core'
import { expect, test } from 'vitest'
import { serveAgent, streamResponse } from '../../src/index.ts'
import { agentChannel, ask, pause, realtime, renewing, serve, text, until, watch, words } from './fixture.ts'

test('the rejected second of four appends is repaired in the live view before the fifth', async () => {
  const server = await serve({ appendRollupWindow: 0 })
  const agent = agentChannel(realtime(server, { clientId: 'agent' }), 'ai:repair')
  const { store } = watch(realtime(server, { clientId: 'ann' }).channels.get('ai:repair'))
  await until(store, (state) => state.context.channel.status === 'live')
  let next = (): void => undefined
  async function* source() {
    for (const word of ['1', '2', '3', '4', '5']) {
      yield word
      // The fifth waits until the live view shows all four.
      if (word === '4') await new Promise<void>((resolve) => (next = resolve))
      else await pause(5)
    }
  }
  server.faults.rejectAppend({ channel: 'ai:repair', nth: 2 })
  const stream = streamResponse(agent.writer, source(), { batch: { interval: 0 } })
  const state = await until(store, (now) => selectMessages(now)[0]?.text === '1234')
  expect(selectMessages(state)).toMatchObject([{ text: '1234', status: 'streaming', continuity: 'contiguous' }])
  next()
  expect(await stream.finished).toEqual({ status: 'complete', text: '12345', repairs: 1 })
  await until(store, (now) => selectMessages(now)[0]?.text === '12345' && selectStatus(now) === 'ready')
})

test('a rate-limited burst of 5 000 tokens arrives whole', async () => {
  const server = await serve()
  const agent = agentChannel(realtime(server, { clientId: 'agent' }), 'ai:burst')
  const { store } = watch(realtime(server, { clientId: 'ann' }).channels.get('ai:burst'))
  await until(store, (state) => state.context.channel.status === 'live')
  // The service says that it is too fast again and again: three in a row of every eight.
  for (let nth = 3; nth < 120; nth += 8) server.faults.rejectAppend({ channel: 'ai:burst', nth, times: 3, code: 42911 })
  const stream = streamResponse(agent.writer, words(5_000, 0), { batch: { size: 256, longest: 200 }, repair: { pause: 50 } })
  const outcome = await stream.finished
  expect(outcome).toMatchObject({ status: 'complete', text: text(5_000) })
  expect(outcome.repairs).toBeGreaterThan(0)
  const state = await until(store, (now) => selectStatus(now) === 'ready' && selectMessages(now).length > 0)
  expect(selectMessages(state).map((message) => message.text)).toEqual([text(5_000)])
})

test('five quick answers on one connection keep to the rate that it admits: nothing is rejected', async () => {
  const server = await serve({ limits: 'ably' })
  const client = realtime(server, { clientId: 'agent', transportParams: { appendRollupWindow: 0 } })
  const answers = Array.from({ length: 5 }, async (_, n) => {
    const { writer } = agentChannel(client, `ai:quick${n}`)
    await client.connection.whenState('connected')
    return streamResponse(writer, words(400, 5)).finished
  })
  for (const outcome of await Promise.all(answers)) expect(outcome).toEqual({ status: 'complete', text: text(400), repairs: 0 })
})

test('an answer of 300 KB reads as one, live, in history and after a reload', async () => {
  const server = await serve()
  const agent = agentChannel(realtime(server, { clientId: 'agent' }), 'ai:long')
  const live = watch(realtime(server, { clientId: 'ann' }).channels.get('ai:long'))
  await until(live.store, (state) => state.context.channel.status === 'live')
  const piece = 'Ein Stück 👨‍👩‍👧‍👦 mit e\u0301 und 한국어. '
  const whole = piece.repeat(Math.ceil(300_000 / new TextEncoder().encode(piece).length))
  async function* source() {
    for (let at = 0; at < whole.length; at += 997) yield whole.slice(at, at + 997)
  }
  const stream = streamResponse(agent.writer, source(), { replyTo: 'p' })
  expect((await stream.finished).text === whole).toBe(true)
  const reloaded = watch(realtime(server, { clientId: 'bob' }).channels.get('ai:long'))
  for (const { store } of [live, reloaded]) {
    const state = await until(
      store,
      (now) => selectMessages(now)[0]?.status === 'complete' && now.context.channel.status === 'live',
    )
    expect(selectMessages(state)).toHaveLength(1)
    expect(selectMessages(state)[0]!.text === whole).toBe(true)
    expect(selectMessages(state)[0]).toMatchObject({ id: await stream.serial, continuity: 'contiguous' })
  }
  const history = selectMessages(await agent.conversation())
  expect(history.map((message) => message.text === whole)).toEqual([true])
  // No character that people see was divided between two messages.
  const { items } = await realtime(server).channels.get('ai:long').history()
  expect(items.length).toBeGreaterThan(4)
  const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  const known = new Set(Array.from(graphemes.segment(piece), ({ segment }) => segment))
  for (const { data } of items) for (const { segment } of graphemes.segment(data as string)) expect(known.has(segment)).toBe(true)
})

test.each(['prompt', 'response'] as const)('a cancel by %s aborts the model in the turn of its arrival', async (which) => {
  const server = await serve()
  const channel = agentChannel(realtime(server, { clientId: 'agent' }), 'ai:cancel')
  const user = realtime(server, { clientId: 'ann' }).channels.get('ai:cancel')
  let isLater = false
  const aborted: { readonly isLater: boolean }[] = []
  const agent = serveAgent({
    channel: {
      ...channel,
      subscribe: (listener) =>
        channel.subscribe((event) => {
          if (event.type === 'cancel') setTimeout(() => (isLater = true))
          listener(event)
        }),
    },
    respond({ signal }) {
      signal.addEventListener('abort', () => aborted.push({ isLater }))
      return words(10_000, 5)
    },
  })
  const { store } = watch(user)
  const prompt = await ask(user, 'a long story')
  const answer = await agent.answer(prompt)
  if (answer.type !== 'answering') throw new Error(answer.type)
  await until(store, (state) => (selectMessages(state)[1]?.text.length ?? 0) > 50)
  const target = which === 'prompt' ? prompt : answer.responseId
  await user.publish({ name: 'cancel', extras: { headers: { target } } })
  const outcome = await answer.finished
  expect(outcome.status).toBe('cancelled')
  expect(aborted).toEqual([{ isLater: false }])
  // After the end it changes nothing, and the same prompt keeps its answer.
  await user.publish({ name: 'cancel', extras: { headers: { target } } })
  expect(await agent.answer(prompt)).toMatchObject({ type: 'refused', reason: 'answered' })
  expect(selectMessages(await channel.conversation()).at(-1)).toMatchObject({ text: outcome.text, status: 'cancelled' })
  await agent.close()
})

test('a cancel that arrives before the response exists is honoured', async () => {
  const server = await serve()
  const channel = agentChannel(realtime(server, { clientId: 'agent' }), 'ai:before')
  const user = realtime(server, { clientId: 'ann' }).channels.get('ai:before')
  let asked = 0
  const agent = serveAgent({ channel, respond: () => (asked++, words(100, 5)) })
  const prompt = await ask(user, 'never mind')
  await user.publish({ name: 'cancel', extras: { headers: { target: prompt } } })
  const answer = await agent.answer(prompt)
  expect(answer.type === 'answering' && (await answer.finished)).toMatchObject({ status: 'cancelled', text: '' })
  expect(asked).toBe(0)
  await agent.close()
})

test('a token that expires in mid-stream is renewed, and the answer is whole', async () => {
  const server = await serve()
  let tokens = 0
  const agentClient = renewing(server, 1_000, () => tokens++)
  const channel = agentChannel(agentClient, 'ai:token')
  const { store } = watch(realtime(server, { clientId: 'ann' }).channels.get('ai:token'))
  const stream = streamResponse(channel.writer, words(300, 12))
  expect(await stream.finished).toMatchObject({ status: 'complete', text: text(300) })
  const state = await until(store, (now) => selectStatus(now) === 'ready' && selectMessages(now).length > 0)
  expect(selectMessages(state).map((message) => message.text)).toEqual([text(300)])
  expect(tokens).toBeGreaterThan(2)
})
