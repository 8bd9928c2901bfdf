import type { AgentChannel } from '@streamfold/core'
import { emptyConversation } from '@streamfold/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAgents } from '../src/agents.ts'
import { openDatabase } from '../src/data/database.ts'
import { createSqliteArchive } from '../src/data/sqlite-archive.ts'

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
    archive: createSqliteArchive(openDatabase(':memory:')),
    idleAfter: 1_000,
  })
  const ask = async () => {
    const answer = agents.answer('ai:a', 'p')
    await vi.advanceTimersByTimeAsync(300)
    return answer
  }
  expect(await ask()).toMatchObject({ reason: 'unknown-prompt' })
  await vi.advanceTimersByTimeAsync(500)
  await ask()
  expect(opened).toEqual(['ai:a'])
  await vi.advanceTimersByTimeAsync(500)
  expect(released).toEqual([])
  await vi.advanceTimersByTimeAsync(800)
  expect(released).toEqual(['ai:a'])
  await ask()
  expect(opened).toEqual(['ai:a', 'ai:a'])
  await agents.close()
  expect(released).toEqual(['ai:a', 'ai:a'])
})
