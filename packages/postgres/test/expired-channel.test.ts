import { createAgentChannel } from '@streamfold/ably'
import type { ArchivePage, Task } from '@streamfold/agent'
import { fromArchive, serveAgent } from '@streamfold/agent'
import { selectMessages } from '@streamfold/core'
import { live, open, texts } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createPostgresArchive, migrate } from '../src/index.ts'
import type { PostgresServer } from './start-postgres.ts'
import { startPostgres, unavailable } from './start-postgres.ts'

const reason = unavailable === undefined ? '' : ` (skipped: ${unavailable})`

describe.skipIf(unavailable !== undefined)(`a conversation of which the channel has nothing any more${reason}`, () => {
  let database: PostgresServer
  beforeAll(() => void (database = startPostgres()))
  afterAll(() => database.stop())

  /** An agent and a person on a channel, until all they said has expired there. */
  async function setup(name: string) {
    const pool = new Pool(database.connection)
    onTestFinished(() => pool.end())
    await migrate(pool)
    const archive = createPostgresArchive(pool)
    const clock = { ahead: 0 }
    const after = (ms: number, task: () => void) => {
      const timer = setTimeout(task, ms)
      return () => clearTimeout(timer)
    }
    const server = await serve({ clock: { now: () => Date.now() + clock.ahead, after } })
    /** What the model was given with each prompt. */
    const given: string[][] = []
    const agent = () => {
      const channel = realtime(server, { clientId: 'agent' }).channels.get(name)
      return serveAgent({
        channel: createAgentChannel(channel, { clientId: 'agent', agent: 'agent' }),
        archive,
        show: { toolOutputs: 'nothing' },
        async *respond({ messages, prompt }: Task) {
          given.push(
            messages.map(
              ({ role, text, parts }) => `${role}: ${text}${parts.some((part) => 'output' in part) ? ' +output' : ''}`,
            ),
          )
          yield { type: 'tool-call', toolCallId: 'c', toolName: 'lookup', input: {} }
          yield { type: 'tool-result', toolCallId: 'c', toolName: 'lookup', input: {}, output: 'for the model only' }
          yield { type: 'text-delta', id: '0', text: `Answer to ${prompt.text}` }
          yield { type: 'finish', finishReason: 'stop' }
        },
      })
    }
    const ask = async (answering: ReturnType<typeof agent>, conversation: ReturnType<typeof open>, text: string) => {
      await conversation.sendMessage(text)
      const prompt = selectMessages(conversation.store.getState()).findLast((message) => message.role === 'user')
      const answer = await answering.answer(prompt!.id) // It was just sent.
      if (answer.type !== 'answering') throw new Error(`the agent answered with ${answer.type}`)
      await answer.finished
    }

    const channel = realtime(server, { clientId: 'ann' }).channels.get(name)
    const first = agent()
    const before = open(channel, { agent: 'agent' })
    for (const text of ['first', 'second']) await ask(first, before, text)
    await first.close()
    clock.ahead += 30 * 24 * 3_600_000
    const moved = realtime(server).channels.get(name)
    expect((await moved.history()).items).toEqual([])
    return { server, archive, agent, ask, given, name }
  }

  const all = ['first', 'Answer to first', 'second', 'Answer to second']

  it('is shown by a page that starts from Postgres, and goes on there', async () => {
    const { server, archive, agent, ask, name } = await setup('ai:page')
    // As over HTTP.
    const page = JSON.parse(JSON.stringify(await archive.read(name))) as ArchivePage
    expect(JSON.stringify(page)).not.toContain('for the model only')
    const channel = realtime(server, { clientId: 'ann' }).channels.get(name)
    const conversation = open(channel, { initial: fromArchive(page, 'agent'), since: page.upTo, agent: 'agent' })
    expect(texts(conversation.store.getState())).toEqual(all)
    await vi.waitFor(() => expect(live(conversation.store.getState())).toBe(true))
    const next = agent()
    await ask(next, conversation, 'third')
    await vi.waitFor(() => expect(texts(conversation.store.getState())).toEqual([...all, 'third', 'Answer to third']))
    await next.close()
    expect(texts(fromArchive(await archive.read(name), 'agent'))).toEqual([...all, 'third', 'Answer to third'])
    const { conversations } = await archive.conversations.list('ann')
    expect(conversations).toMatchObject([{ channel: name, title: 'first', lastText: 'Answer to third', waiting: false }])
  })

  it('is given to the model, with what readers do not receive', async () => {
    const { server, agent, ask, given, name } = await setup('ai:model')
    // A page that starts without the archive: it shows nothing of it.
    const channel = realtime(server, { clientId: 'ann' }).channels.get(name)
    const conversation = open(channel, { agent: 'agent' })
    await vi.waitFor(() => expect(live(conversation.store.getState())).toBe(true))
    expect(texts(conversation.store.getState())).toEqual([])
    const next = agent()
    await ask(next, conversation, 'third')
    await next.close()
    expect(given.at(-1)).toEqual([
      'user: first',
      'assistant: Answer to first +output',
      'user: second',
      'assistant: Answer to second +output',
      'user: third',
    ])
  })
})
