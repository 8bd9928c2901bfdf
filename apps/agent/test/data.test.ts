import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ArchivedMessage, HistoryPage } from '@streamfold/agent'
import { archivable, catchUp, fromArchive, streamResponse } from '@streamfold/agent'
import { createAgentChannel, openConversation } from '@streamfold/ably'
import { selectMessages } from '@streamfold/core'
import { createLocalAbly } from '@streamfold/local-ably'
import type { InboundMessage, PaginatedResult } from 'ably'
import { Realtime } from 'ably'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../src/data/database.ts'
import { createSqliteArchive } from '../src/data/sqlite-archive.ts'
import { createWorkJournal } from '../src/data/work-journal.ts'

function file(): string {
  const directory = mkdtempSync(join(tmpdir(), 'streamfold-agent-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'deeper', 'agent.sqlite')
}

function message(serial: string, data: string, version = serial): ArchivedMessage {
  return {
    serial,
    action: 'message.update',
    name: 'response',
    data,
    clientId: 'agent',
    timestamp: 1,
    version: { serial: version, timestamp: 2 },
    extras: { headers: { role: 'assistant', status: 'complete' } },
  }
}

test('the archive keeps the newer of two versions, apart for each channel, across processes', async () => {
  const path = file()
  const first = openDatabase(path)
  const archive = createSqliteArchive(first)
  await archive.put('ai:a', { messages: [message('2', 'two'), message('1', 'old', '1')], upTo: '2' })
  await archive.put('ai:a', { messages: [message('1', 'new', '3')], upTo: '1' })
  await archive.put('ai:a', { messages: [message('1', 'older', '2')], upTo: undefined })
  await archive.put('ai:b', { messages: [message('9', 'other')], upTo: '9' })
  first.close()
  const second = openDatabase(path)
  const again = createSqliteArchive(second)
  const page = await again.read('ai:a')
  expect(page.messages.map(({ serial, data }) => [serial, data])).toEqual([
    ['1', 'new'],
    ['2', 'two'],
  ])
  expect(page.upTo).toBe('2')
  expect((await again.read('ai:a', 1)).messages.map(({ serial }) => serial)).toEqual(['2'])
  expect(await again.read('ai:none')).toEqual({ messages: [], upTo: undefined })
  second.close()
})

test('the journal names what others have left, until it is looked after', () => {
  const database = openDatabase(':memory:')
  const dead = createWorkJournal(database)
  const alive = createWorkJournal(database)
  dead.begin('ai:a', 'p1')
  dead.begin('ai:b', 'p2')
  dead.end('ai:b', 'p2')
  alive.begin('ai:c', 'p3')
  expect(alive.left()).toEqual(['ai:a'])
  alive.forget('ai:a')
  alive.forget('ai:c')
  expect(alive.left()).toEqual([])
  expect(dead.left()).toEqual(['ai:c'])
})

test('a page begins with the archive and takes only what is newer from the channel: no gap, no double', async () => {
  const server = await createLocalAbly()
  const agentClient = new Realtime(server.clientOptions({ clientId: 'agent', logLevel: 0 }))
  const userClient = new Realtime(server.clientOptions({ clientId: 'ann', logLevel: 0 }))
  const channel = userClient.channels.get('ai:archive')
  const agent = createAgentChannel(agentClient.channels.get('ai:archive'), { clientId: 'agent', agent: 'agent', history: 1_000 })
  const talk = async (n: number): Promise<void> => {
    const { serials } = await channel.publish({ name: 'prompt', data: `question ${n}`, extras: { headers: { role: 'user' } } })
    async function* answer() {
      yield `answer `
      yield `${n}`
    }
    await streamResponse(agent.writer, answer(), { replyTo: serials[0]! }).finished
  }
  const database = openDatabase(':memory:')
  const archive = createSqliteArchive(database)
  for (let n = 0; n < 40; n++) await talk(n)
  await archive.put('ai:archive', archivable(await agent.conversation()))
  for (let n = 40; n < 45; n++) await talk(n)
  // One response is being written while the page is opened.
  let finish = (): void => undefined
  async function* slow() {
    yield 'still '
    await new Promise<void>((resolve) => (finish = resolve))
    yield 'writing'
  }
  const writing = streamResponse(agent.writer, slow(), { replyTo: 'p' })
  await writing.serial

  const page = await archive.read('ai:archive')
  let read = 0
  const counted = (history: PaginatedResult<InboundMessage>): HistoryPage => {
    read += history.items.length
    return {
      items: history.items,
      async next() {
        const older = history.hasNext() ? await history.next() : null
        return older && counted(older)
      },
    }
  }
  const initial = await catchUp(page, async () => counted(await channel.history({ limit: 4 })), 'agent')
  // 45 questions and their answers, and the response under way; of those only the new ones were read, to a page.
  expect(selectMessages(fromArchive(page, 'agent'))).toHaveLength(80)
  expect(selectMessages(initial)).toHaveLength(91)
  expect(read).toBeLessThanOrEqual(16)

  const handle = openConversation(channel, { initial, history: 1, agent: 'agent', scheduler: (flush) => flush() })
  finish()
  await writing.finished
  await talk(45)
  const texts = () => selectMessages(handle.store.getSnapshot()).map(({ text, status }) => `${text} ${status}`)
  await vi.waitFor(() => expect(texts()).toHaveLength(93))
  await vi.waitFor(() => expect(texts().at(-1)).toBe('answer 45 complete'))
  const whole = selectMessages(await agent.conversation()).map(({ text, status }) => `${text} ${status}`)
  await vi.waitFor(() => expect(texts()).toEqual(whole))
  expect(whole).toContain('still writing complete')
  handle.release()
  agentClient.close()
  userClient.close()
  database.close()
  await server.close()
})
