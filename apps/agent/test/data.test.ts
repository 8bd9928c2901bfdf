import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ArchivedMessage, ArchivePage } from '@streamfold/agent'
import { createAgentHandler, fromArchive, streamResponse, updateArchive } from '@streamfold/agent'
import { ablyService } from '@streamfold/ably/agent'
import { createAgentChannel, openConversation } from '@streamfold/ably'
import type { Conversation } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { promptContents } from '@streamfold/core/codec'
import { createLocalAbly } from '@streamfold/local-ably'
import type { InboundMessage, PaginatedResult } from 'ably'
import { Realtime } from 'ably'
import { expect, onTestFinished, test, vi } from 'vitest'
import { notingFiles } from '../src/answer/noting-files.ts'
import { openDatabase } from '../src/data/database.ts'
import { createFileStore } from '../src/data/file-store.ts'
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

test('the archive keeps what readers do not receive apart from its pages, and forgets it with the response', async () => {
  const path = file()
  const database = openDatabase(path)
  const archive = createSqliteArchive(database)
  const withheld = { serial: '1', data: 'secret', shown: 'hash' }
  await archive.put('ai:a', { messages: [message('1', 'shown')], upTo: '1' })
  await archive.withheld.put('ai:a', { ...withheld, data: 'older' })
  await archive.withheld.put('ai:a', withheld)
  expect(await archive.withheld.read('ai:a', ['0', '1'])).toEqual([withheld])
  expect(await archive.withheld.read('ai:b', ['1'])).toEqual([])
  expect(JSON.stringify(await archive.read('ai:a'))).not.toContain('secret')
  await archive.put('ai:a', { messages: [{ ...message('1', '', '2'), action: 'message.delete' }], upTo: '1' })
  expect(await archive.withheld.read('ai:a', ['1'])).toEqual([])
  database.close()
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

/** A channel with an archive, somebody who talks there, and an agent that may listen. */
async function setup(name: string) {
  const server = await createLocalAbly()
  const connect = (clientId?: string) => new Realtime(server.clientOptions({ ...(clientId && { clientId }), logLevel: 0 }))
  const [writing, user, moderator] = [connect('agent'), connect('ann'), connect()]
  const channel = user.channels.get(name)
  const database = openDatabase(':memory:')
  const files = createFileStore(database, 1_000)
  const archive = createSqliteArchive(database, files)
  const agentChannel = (history?: number) =>
    createAgentChannel(writing.channels.get(name), {
      clientId: 'agent',
      agent: 'agent',
      ...(history !== undefined && { history }),
    })
  const { writer } = agentChannel()
  const clients = [writing, user, moderator]
  onTestFinished(async () => {
    for (const client of clients) client.close()
    await server.close()
  })
  return {
    archive,
    files,
    channel,
    /** As a server of the product reads and changes it: with a key, and without a client id. */
    moderated: moderator.channels.get(name),
    agentChannel,
    writer,
    /** A question and its answer; returns its serial. */
    async talk(n: number): Promise<string> {
      const { serials } = await channel.publish({ name: 'prompt', data: `question ${n}`, extras: { headers: { role: 'user' } } })
      const { serial } = await writer.create({ text: `answer ${n}`, headers: { ...complete, 'reply-to': serials[0]! } })
      return serial
    },
    /** A process of the agent app, as far as channels go. */
    agents() {
      const client = connect('agent')
      clients.push(client)
      let tell = (): void => undefined
      const asked = new Promise<void>((resolve) => (tell = resolve))
      const handler = createAgentHandler({
        service: ablyService({ key: server.key, realtime: client }),
        authorize: () => ({ clientId: 'ann', conversations: [name] }),
        respond: notingFiles(
          () => {
            tell()
            return (async function* () {})()
          },
          files,
          () => undefined,
        ),
        archive,
      })
      return {
        recover: () => handler.recover(),
        /** Resolves when the model is asked. */
        asked,
        async answer(promptSerial: string): Promise<Response> {
          const body = JSON.stringify({ channel: name, promptSerial })
          const headers = { 'content-type': 'application/json' }
          return handler(new Request('http://localhost/api/responses', { method: 'POST', headers, body }))
        },
        close: () => handler.close(),
        async archived(): Promise<ArchivePage> {
          const response = await handler(new Request(`http://localhost/api/archive?channel=${name}`))
          return (await response.json()) as ArchivePage // As a page reads it.
        },
      }
    },
  }
}

/** Notes how many messages each page has that is read. */
function counted(page: PaginatedResult<InboundMessage>, pages: number[]): PaginatedResult<InboundMessage> {
  pages.push(page.items.length)
  const next = page.next.bind(page)
  return Object.assign(page, {
    async next() {
      const older = await next()
      return older && counted(older, pages)
    },
  })
}

const complete = { role: 'assistant', status: 'complete' }
const texts = (conversation: Conversation) => selectMessages(conversation).map(({ text, status }) => `${text} ${status}`)

test('a page begins with the archive and follows the channel from there: no gap, no double', async () => {
  const { channel, agentChannel, writer, archive, talk } = await setup('ai:archive')
  for (let n = 0; n < 60; n++) await talk(n)
  const agent = agentChannel()
  await updateArchive(archive, agent)
  // More than a page reads where it knows nothing; and one response is being written while it opens.
  for (let n = 60; n < 125; n++) await talk(n)
  let finish = (): void => undefined
  const finishing = new Promise<void>((resolve) => (finish = resolve))
  async function* slow() {
    yield 'still '
    await finishing
    yield 'writing'
  }
  const writing = streamResponse(writer, slow(), { replyTo: 'p' })
  await writing.serial

  const page = await archive.read('ai:archive')
  expect(selectMessages(fromArchive(page, 'agent'))).toHaveLength(120)
  const pages: number[] = []
  const history = channel.history.bind(channel)
  vi.spyOn(channel, 'history').mockImplementation(async (params) => counted(await history(params ?? undefined), pages))
  const initial = fromArchive(page, 'agent')
  const handle = openConversation(channel, { initial, since: page.upTo, agent: 'agent', scheduler: (flush) => flush() })
  const shown = () => texts(handle.store.getSnapshot())
  finish()
  await writing.finished
  await talk(125)
  await vi.waitFor(() => expect(shown()).toHaveLength(253))
  // In as large pages as it knows messages, and down to the oldest of them: what was deleted since the archive was read has to leave the screen.
  expect(pages).toEqual([120, 120, 11])
  await vi.waitFor(async () => expect(shown()).toEqual(texts(await agent.conversation(page.messages[0]!.serial))))
  expect(shown()).toContain('still writing complete')
  expect(new Set(shown()).size).toBe(253)
  handle.release()
})

test('an archive that is brought up to its channel has no gap, however much was said meanwhile', async () => {
  const { agentChannel, archive, talk } = await setup('ai:gap')
  const agent = agentChannel(10)
  await talk(0)
  await updateArchive(archive, agent)
  for (let n = 1; n < 30; n++) await talk(n)
  await updateArchive(archive, agent, (await archive.read('ai:gap')).upTo)
  const { messages } = await archive.read('ai:gap')
  expect(messages).toHaveLength(60)
})

test('what is deleted, or changed, while no agent listens is gone from the archive when one starts, and from what a page is given', async () => {
  const { moderated, agentChannel, archive, talk, writer, agents } = await setup('ai:away')
  const serials: string[] = []
  for (let n = 0; n < 3; n++) serials.push(await talk(n))
  await updateArchive(archive, agentChannel())
  const kept = async () => texts(fromArchive(await archive.read('ai:away'), 'agent'))
  expect(await kept()).toContain('answer 0 complete')

  await moderated.deleteMessage({ serial: serials[0]! })
  const started = agents()
  await started.recover()
  expect((await kept())[1]).toBe(' deleted')

  // It need not start again: a request for the archive gets the channel's state.
  await writer.update(serials[1]!, { text: 'redacted', headers: complete })
  const page = texts(fromArchive(await started.archived(), 'agent'))
  expect(page).toEqual([
    'question 0 complete',
    ' deleted',
    'question 1 complete',
    'redacted complete',
    'question 2 complete',
    'answer 2 complete',
  ])
  await started.close()
})

test('a file is kept from the moment that its prompt is answered, and goes with the prompt', async () => {
  const { channel, moderated, archive, files, agents } = await setup('ai:files')
  const id = files.put({ mediaType: 'text/plain', name: 'a.txt', data: new Uint8Array(4) })!
  const { data, headers } = promptContents('look', [{ url: `http://localhost/files/${id}`, mediaType: 'text/plain' }])
  const { serials } = await channel.publish({ name: 'prompt', data, extras: { headers: { role: 'user', ...headers } } })
  const started = agents()
  expect((await started.answer(serials[0]!)).status).toBe(202)
  // The request is answered when the response exists; the model is asked when the archive knows the channel.
  await started.asked
  expect([files.removeUnused(Infinity), files.get(id)?.name]).toEqual([0, 'a.txt'])
  await vi.waitFor(async () => expect((await archive.read('ai:files')).messages).toHaveLength(2))
  await moderated.deleteMessage({ serial: serials[0]! })
  await vi.waitFor(() => expect(files.get(id)).toBeUndefined())
  await started.close()
})
