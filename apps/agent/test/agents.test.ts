import type { AgentChannel } from '@streamfold/core'
import { emptyConversation } from '@streamfold/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAgents } from '../src/agents.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const channel: AgentChannel = {
  name: 'ai:x',
  clientId: 'agent',
  writer: {
    create: async () => ({ serial: 's' }),
    append: async () => ({ version: null }),
    update: async () => ({ version: null }),
  },
  conversation: async () => emptyConversation(),
  subscribe: async () => () => undefined,
  announce: async () => undefined,
}

test('a channel is opened with its first prompt, kept while in use, and left when idle', async () => {
  const opened: string[] = []
  const released: string[] = []
  const agents = createAgents({
    open(name) {
      opened.push(name)
      return { channel, release: async () => void released.push(name) }
    },
    respond: async function* () {},
    idleAfter: 1_000,
  })
  const agent = agents.on('ai:a')
  await vi.advanceTimersByTimeAsync(900)
  expect(agents.on('ai:a')).toBe(agent)
  await vi.advanceTimersByTimeAsync(900)
  expect(released).toEqual([])
  await vi.advanceTimersByTimeAsync(600)
  expect(released).toEqual(['ai:a'])
  expect(await agent.answer('p')).toMatchObject({ reason: 'closed' })
  expect(agents.on('ai:a')).not.toBe(agent)
  expect(opened).toEqual(['ai:a', 'ai:a'])
  await agents.close()
  expect(released).toEqual(['ai:a', 'ai:a'])
})
