import { emptyConversation, selectMessages } from '@streamfold/core'
import { openConversation } from '@streamfold/ably'
import { expect, onTestFinished, test } from 'vitest'
import { startAgentProcess } from './agent-processes.ts'
import { ask, realtime, serve, until } from './fixture.ts'

const story = Array.from({ length: 60 }, (_, n) => `${n} `).join('')

/** A user who does not wait long. */
function impatient(channel: ReturnType<ReturnType<typeof realtime>['channels']['get']>) {
  const initial = emptyConversation({ stalledAfter: 200, absentAfter: 300, abandonedAfter: 2_000 })
  const handle = openConversation(channel, { scheduler: (flush) => flush(), agent: 'agent', initial })
  onTestFinished(() => handle.release())
  return handle.store
}

test.each([
  ['close', true],
  ['close', false],
  ['regenerate', true],
  ['regenerate', false],
] as const)('kill -9 in mid-stream, and recovery by another process: %s (echo: %s)', async (recovery, echo) => {
  const server = await serve({ presenceLeaveDelay: 300 })
  const { port, key } = server
  const channel = 'ai:kill'
  const user = realtime(server, { clientId: 'ann' }).channels.get(channel)
  const store = impatient(user)
  const response = () => selectMessages(store.getSnapshot())[1]
  const prompt = await ask(user, 'tell me a story')

  const first = await startAgentProcess({ port, key, channel, recovery, echo })
  const { responseId } = await first.tell({ do: 'answer', prompt })
  await until(store, () => (response()?.text.length ?? 0) > 30)
  // Presence says what it is working on.
  const [member] = await user.presence.get({ clientId: 'agent' })
  expect(member?.data).toEqual({ answering: [{ prompt, response: responseId }] })
  await first.kill()

  await until(store, () => response()?.status === 'abandoned')
  const left = response()!.text
  expect(story.startsWith(left)).toBe(true)

  const second = await startAgentProcess({ port, key, channel, recovery, echo })
  expect(await second.tell({ do: 'recover' })).toEqual({ recovered: [responseId] })
  const ended = recovery === 'close' ? 'failed' : 'complete'
  await until(store, () => response()?.status === ended)
  expect(selectMessages(store.getSnapshot())).toHaveLength(2)
  expect(response()).toMatchObject({ id: responseId, text: recovery === 'close' ? left : story })
  if (recovery === 'close') expect(response()?.error).toBe('the agent stopped before the end')
})

test.each([true, false])('three triggers, delivered to two agent processes, make one response (echo: %s)', async (echo) => {
  const server = await serve()
  const { port, key } = server
  const channel = 'ai:once'
  const user = realtime(server, { clientId: 'ann' }).channels.get(channel)
  const store = impatient(user)
  const agents = await Promise.all([1, 2].map(() => startAgentProcess({ port, key, channel, recovery: 'close', echo })))
  const prompt = await ask(user, 'once')
  const order = { do: 'answer', prompt } as const
  const said = [agents[0]!.tell(order), agents[1]!.tell(order)]
  const [one, two] = await Promise.all(said)
  const third = await agents[0]!.tell(order)
  const ids = new Set([one, two, third].map((each) => each!['responseId']).filter((id) => id !== undefined))
  expect(ids.size).toBe(1)
  await until(store, () => selectMessages(store.getSnapshot())[1]?.status === 'complete')
  expect(selectMessages(store.getSnapshot()).map(({ text }) => text)).toEqual(['once', story])
  // Now it is answered, and both say so.
  for (const agent of agents) expect(await agent.tell(order)).toEqual({ refused: 'answered' })
  for (const agent of agents) expect(await agent.tell({ do: 'answer', prompt: 'nope' })).toEqual({ refused: 'unknown-prompt' })
})
