import { normalise, selectConnectionStatus, selectMessages, selectStatus } from '@streamfold/core'
import { exportLog, importLog } from '@streamfold/core/log'
import { expect, it } from 'vitest'
import { agentOn } from '@streamfold/test-support/agent-on'
import { historyTexts } from '@streamfold/test-support/history-texts'
import { live, open, texts } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { until } from '@streamfold/testkit'

it('joins a response in the middle and follows it to its end', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:join')
  const serial = await agent.begin('The ')
  await agent.append(serial, 'quick ')
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:join'))
  const joined = await until(store, (state) => live(state) && texts(state)[0] === 'The quick ')
  expect(selectStatus(joined)).toBe('streaming')
  await agent.append(serial, 'brown ')
  await agent.complete(serial, 'fox')
  const ended = await until(store, (state) => selectStatus(state) === 'ready')
  expect(texts(ended)).toEqual(['The quick brown fox'])
  expect(selectMessages(ended)[0]).toMatchObject({ status: 'complete', continuity: 'contiguous' })
})

it('is told once a frame of many appends', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:frames')
  const serial = await agent.begin()
  const flushes: (() => void)[] = []
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:frames'), {
    scheduler: (flush) => {
      flushes.push(flush)
      setTimeout(flush, 30)
    },
  })
  await until(store, live)
  const before = flushes.length
  for (const word of 'abcdefghij') await agent.append(serial, word)
  await until(store, (state) => texts(state)[0] === 'abcdefghij')
  expect(flushes.length - before).toBeLessThan(10)
})

it('resumes after a short cut without a hole', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:cut')
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:cut'))
  await until(store, live)
  const serial = await agent.begin('one ')
  await until(store, (state) => texts(state)[0] === 'one ')
  server.faults.cut({ clientId: 'ann', refuseFor: 200 })
  const lost = await until(store, (state) => !live(state))
  expect(selectConnectionStatus(lost)).toBe('offline')
  await agent.append(serial, 'two ')
  await agent.complete(serial, 'three')
  const back = await until(store, (state) => live(state) && selectStatus(state) === 'ready')
  expect(texts(back)).toEqual(['one two three'])
  expect(texts(back)).toEqual(await historyTexts(agent.channel))
})

it('says when the client tries to connect again', async () => {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann', disconnectedRetryTimeout: 400 })
  const { store } = open(client.channels.get('ai:retry'))
  await until(store, live)
  server.faults.cut({ clientId: 'ann', refuseFor: 300 })
  const { connection } = (await until(store, (state) => state.context.connection.retryAt !== undefined)).context
  expect(connection.state).toBe('disconnected')
  await until(store, live)
})

it('reads history when continuity has expired, and ends with the text of history', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:expired')
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:expired'))
  await until(store, live)
  const cut = await agent.begin('cut ')
  await until(store, (state) => texts(state)[0] === 'cut ')
  server.faults.expireContinuity({ clientId: 'ann' })
  server.faults.cut({ clientId: 'ann', refuseFor: 200 })
  await until(store, (state) => !live(state))
  await agent.append(cut, 'off ')
  const missed = await agent.begin('missed ')
  await agent.complete(missed, 'whole')
  const recovering = until(store, (state) => selectConnectionStatus(state) === 'catching-up')
  const recovered = until(store, (state) => live(state) && texts(state).length === 2)
  await recovering
  await recovered
  await agent.complete(cut, 'no more')
  const whole = await until(store, (state) => selectStatus(state) === 'ready')
  expect(texts(whole)).toEqual(['cut off no more', 'missed whole'])
  expect(texts(whole)).toEqual(await historyTexts(agent.channel))
})

it('detaches in the middle of a response and catches up when it connects', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:detach')
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:detach')
  const { store, connect, disconnect } = open(channel)
  await until(store, live)
  const serial = await agent.begin('a')
  await until(store, (state) => texts(state)[0] === 'a')
  await disconnect()
  expect(selectConnectionStatus(store.getState())).toBe('disconnected')
  expect(channel.state).toBe('detached')
  await agent.append(serial, 'b')
  await connect()
  await until(store, (state) => live(state) && texts(state)[0] === 'ab')
  await agent.complete(serial, 'c')
  const ended = await until(store, (state) => selectStatus(state) === 'ready')
  expect(texts(ended)).toEqual(['abc'])
})

it('stays detached through a reconnect when the user disconnected', async () => {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann' })
  const channel = client.channels.get('ai:away')
  const { store, disconnect } = open(channel)
  await until(store, live)
  await disconnect()
  const again = new Promise((resolve) => client.connection.once('connected', resolve))
  server.faults.cut({ clientId: 'ann' })
  await again
  expect(channel.state).toBe('detached')
})

it('attaches again when the client was closed and connects', async () => {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann' })
  const { store } = open(client.channels.get('ai:closed'))
  await until(store, live)
  client.close()
  await until(store, (state) => state.context.connection.state === 'closed' && !live(state))
  client.connect()
  await until(store, live)
})

it('reads what an attachment brought before it listened', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:late')
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:late')
  await channel.attach()
  const serial = await agent.begin('before ')
  await agent.append(serial, 'you ')
  await until(open(channel).store, (state) => texts(state)[0] === 'before you ')
  const { store } = open(channel)
  await agent.complete(serial, 'came')
  const ended = await until(store, (state) => selectStatus(state) === 'ready' && live(state))
  expect(texts(ended)).toEqual(['before you came'])
})

it('follows which agents are present', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:agents')
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:agents'))
  await until(store, (state) => state.context.agents?.length === 0)
  await agent.channel.presence.enter()
  await realtime(server, { clientId: 'bob' }).channels.get('ai:agents').presence.enter()
  await until(store, (state) => state.context.agents?.length === 1 && state.context.agents[0] === 'agent')
  await agent.channel.presence.leave()
  await until(store, (state) => state.context.agents?.length === 0)
})

it('keeps the params of the channel when it adds rewind, and the rewind the app has set', async () => {
  const server = await serve()
  const { channels } = realtime(server, { clientId: 'ann' })
  const plain = channels.get('ai:params', { params: { modes: 'subscribe' } })
  await until(open(plain).store, live)
  expect(plain.params).toMatchObject({ rewind: '2m', modes: 'subscribe' })
  const own = channels.get('ai:own', { params: { rewind: '3' } })
  await until(open(own).store, live)
  expect(own.params).toMatchObject({ rewind: '3' })
})

it('keeps a log that replays to its state', async () => {
  const { replay } = await import('@streamfold/core/log')
  const server = await serve()
  const agent = agentOn(server, 'ai:log')
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:log'), { log: true })
  await until(store, live)
  await agent.complete(await agent.begin('logged '), 'well')
  await until(store, (state) => texts(state)[0] === 'logged well')
  expect(selectMessages(replay(store.log!))).toEqual(selectMessages(store.getState()))
})

it('keeps the messages as they were delivered or read, where the log is asked to', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:raw')
  const serial = await agent.begin('a')
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:raw'), { log: { raw: true } })
  await until(store, (state) => live(state) && texts(state)[0] === 'a')
  await agent.append(serial, 'b')
  await until(store, (state) => texts(state)[0] === 'ab')
  const { events, arrivals = [] } = importLog(exportLog(store.log!))
  expect(arrivals.map((arrival) => arrival?.at).every((at) => typeof at === 'number' && at > 0)).toBe(true)
  const messages = events.map((event, index) => [event, arrivals[index]?.raw] as const).filter(([, raw]) => raw !== undefined)
  expect(messages.map(([{ type }]) => type)).toEqual(expect.arrayContaining(['snapshot', 'appended']))
  for (const [event, raw] of messages) {
    const source = event.type === 'snapshot' ? { source: event.source } : {}
    expect(normalise(raw, source)).toEqual(JSON.parse(JSON.stringify(event)))
  }
})
