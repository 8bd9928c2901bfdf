import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createServer as createHttpServer, get } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openConversation } from '@streamfold/ably'
import { selectMessages } from '@streamfold/core'
import type { LocalAbly, LocalAblyOptions } from '@streamfold/local-ably'
import { createLocalAbly } from '@streamfold/local-ably'
import type { RealtimeChannel } from 'ably'
import { Realtime } from 'ably'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../src/data/database.ts'
import { createWorkJournal } from '../src/data/work-journal.ts'
import type { RunningAgent } from '../src/start-agent.ts'
import { startAgent } from '../src/start-agent.ts'

interface Setup {
  readonly ably: LocalAbly
  readonly agent: RunningAgent
  readonly url: string
  readonly log: readonly string[]
}

async function start(variables: Readonly<Record<string, string>> = {}, options: LocalAblyOptions = {}): Promise<Setup> {
  const ably = await createLocalAbly(options)
  onTestFinished(() => ably.close())
  const port = await freePort()
  const log: string[] = []
  const agent = await startAgent(
    { AGENT_PORT: String(port), LOCAL_ABLY_PORT: String(ably.port), DEMO_PACE: '0.3', ...variables },
    { write: (line) => void log.push(line) },
  )
  onTestFinished(() => agent.close().catch(() => undefined)) // most tests close it themselves
  return { ably, agent, url: `http://localhost:${port}`, log }
}

function userOf({ ably, url }: Setup, clientId: string): Realtime {
  const { key: _, ...local } = ably.clientOptions()
  const client = new Realtime({ ...local, logLevel: 0, authUrl: `${url}/api/ably-token`, authParams: { clientId } })
  onTestFinished(() => client.close())
  return client
}

function watch(channel: RealtimeChannel) {
  const handle = openConversation(channel, { agent: 'agent', scheduler: (flush) => flush() })
  onTestFinished(() => handle.release())
  return () => selectMessages(handle.store.getSnapshot()).find(({ role }) => role === 'assistant')
}

async function ask(url: string, channel: RealtimeChannel, text: string): Promise<Response> {
  const { serials } = await channel.publish({ name: 'prompt', data: text, extras: { headers: { role: 'user' } } })
  const body = JSON.stringify({ channel: channel.name, promptSerial: serials[0] })
  return fetch(`${url}/api/responses`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
}

/** The service's time, which a test puts forward: what is due by then is done at once. */
function forwardClock() {
  let ahead = 0
  const now = () => Date.now() + ahead
  const due = new Map<() => void, number>()
  return {
    now,
    after(ms: number, task: () => void) {
      const run = (): void => {
        cancel()
        task()
      }
      const timer = setTimeout(run, ms).unref()
      const cancel = (): void => {
        clearTimeout(timer)
        due.delete(run)
      }
      due.set(run, now() + ms)
      return cancel
    },
    forward(ms: number) {
      ahead += ms
      for (const [run, at] of due) if (at <= now()) run()
    },
  }
}

test('a user’s token expires and is renewed while an answer streams', async () => {
  const clock = forwardClock()
  const setup = await start({ AGENT_TOKEN_TTL: '20', DEMO_PACE: '0.1', AGENT_LOG: 'debug' }, { clock })
  const client = userOf(setup, 'ann')
  const channel = client.channels.get('ai:renew')
  const answer = watch(channel)
  const tokens = () => {
    const lines = setup.log.map((line) => JSON.parse(line) as { route?: string })
    return lines.filter(({ route }) => route === '/api/ably-token').length
  }
  await ask(setup.url, channel, 'Give me a long answer')
  await vi.waitFor(() => expect(answer()?.text.length ?? 0).toBeGreaterThan(10))
  expect(answer()?.status).toBe('streaming')
  for (let renewals = 1; renewals <= 3; renewals++) {
    const before = tokens()
    clock.forward(21_000)
    await vi.waitFor(() => expect(tokens()).toBeGreaterThan(before))
    await vi.waitFor(() => expect(client.connection.state).toBe('connected'))
  }
  await vi.waitFor(() => expect(answer()?.status).toBe('complete'), 60_000)
  const stored = await channel.getMessage(answer()!.id)
  expect(answer()?.text).toBe(stored.data)
})

test('told to stop, it lets what is streaming end, refuses what comes, and says that it is not ready', async () => {
  const setup = await start({ AGENT_GRACE: '20' })
  const channel = userOf(setup, 'ann').channels.get('ai:grace')
  const answer = watch(channel)
  await ask(setup.url, channel, 'What is a repair?')
  await vi.waitFor(() => expect(answer()?.text.length ?? 0).toBeGreaterThan(10))
  expect((await fetch(`${setup.url}/readyz`)).status).toBe(200)
  const closed = setup.agent.close('gracefully')
  expect((await fetch(`${setup.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${setup.url}/healthz`)).status).toBe(200)
  const refused = await ask(setup.url, channel, 'too late')
  expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'closed' } }])
  await closed
  await vi.waitFor(() => expect(answer()?.status).toBe('complete'))
  expect(await fetch(`${setup.url}/healthz`).catch(() => 'gone')).toBe('gone')
})

test('what does not end within the grace is marked as failed, and keeps its text', async () => {
  const setup = await start({ AGENT_GRACE: '0.1' })
  const channel = userOf(setup, 'ann').channels.get('ai:marked')
  const answer = watch(channel)
  await ask(setup.url, channel, 'Give me a long answer')
  await vi.waitFor(() => expect(answer()?.text.length ?? 0).toBeGreaterThan(10))
  await setup.agent.close('gracefully')
  await vi.waitFor(() => expect(answer()).toMatchObject({ status: 'failed', error: 'the agent was stopped; try again' }))
  expect(answer()!.text.length).toBeGreaterThan(10)
})

test('told to stop while Ably is out of reach, it stops in time, and the next agent knows what is open', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'streamfold-agent-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const AGENT_DATA = join(directory, 'agent.sqlite')
  const setup = await start({ AGENT_GRACE: '0.1', AGENT_DATA })
  const channel = userOf(setup, 'ann').channels.get('ai:unmarked')
  const answer = watch(channel)
  await ask(setup.url, channel, 'Give me a long answer')
  await vi.waitFor(() => expect(answer()?.text.length ?? 0).toBeGreaterThan(10))
  await setup.ably.close()
  const before = performance.now()
  await setup.agent.close('gracefully')
  expect(performance.now() - before).toBeLessThan(8_000)
  const database = openDatabase(AGENT_DATA)
  expect(createWorkJournal(database).left()).toEqual(['ai:unmarked'])
  database.close()
})

test('a prompt that is too long is refused: the caller gets the reason, and so do all readers, also later', async () => {
  const setup = await start()
  const channel = userOf(setup, 'ann').channels.get('ai:size')
  const other = watch(userOf(setup, 'bob').channels.get('ai:size'))
  const message = 'unable to answer; the prompt is longer than 32000 characters: shorten it'
  const response = await ask(setup.url, channel, 'x'.repeat(33_000))
  expect(response.status).toBe(413)
  const { error } = (await response.json()) as { error: { responseId: string } } // the documented shape
  expect(error).toMatchObject({ code: 'prompt-too-long', message, responseId: expect.any(String) })
  await vi.waitFor(() => expect(other()).toMatchObject({ id: error.responseId, status: 'failed', error: message, text: '' }))
  const later = watch(userOf(setup, 'cid').channels.get('ai:size'))
  await vi.waitFor(() => expect(later()).toMatchObject({ id: error.responseId, status: 'failed', error: message }))
  const archived = async () => (await fetch(`${setup.url}/api/archive?channel=ai:size`)).json()
  await vi.waitFor(async () => expect(await archived()).toMatchObject({ messages: [{}, { serial: error.responseId }] }))
})

test('a prompt of white space, which another publisher may send, is refused for all readers and reaches no model', async () => {
  const setup = await start()
  const channel = userOf(setup, 'ann').channels.get('ai:blank')
  const other = watch(userOf(setup, 'bob').channels.get('ai:blank'))
  const message = 'unable to answer; the prompt is empty: write something first'
  const response = await ask(setup.url, channel, ' \n\u{200b}\t')
  expect(response.status).toBe(422)
  const { error } = (await response.json()) as { error: { responseId: string } } // the documented shape
  expect(error).toMatchObject({ code: 'empty-prompt', message, responseId: expect.any(String) })
  await vi.waitFor(() => expect(other()).toMatchObject({ id: error.responseId, status: 'failed', error: message, text: '' }))
})

test('finished answers are in the archive, also those of before a restart', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'streamfold-agent-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const AGENT_DATA = join(directory, 'agent.sqlite')
  const setup = await start({ AGENT_DATA })
  const channel = userOf(setup, 'ann').channels.get('ai:kept')
  await ask(setup.url, channel, 'repeat exactly: kept permanently')
  const read = async (url: string) => {
    const response = await fetch(`${url}/api/archive?channel=ai:kept`)
    const { messages } = (await response.json()) as { messages: { data: string }[] }
    return messages.map(({ data }) => data)
  }
  const expected = ['repeat exactly: kept permanently', 'kept permanently']
  await vi.waitFor(async () => expect(await read(setup.url)).toEqual(expected))
  await setup.agent.close()
  const again = await start({ AGENT_DATA })
  expect(await read(again.url)).toEqual(expected)
  expect((await fetch(`${again.url}/api/archive?channel=other:x`)).status).toBe(400)
  // Nothing of it is in the log.
  expect(setup.log.join('')).not.toContain('kept permanently')
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo // a TCP server's
      server.close(() => resolve(port))
    })
  })
}

test('a request that came by another host name is refused, also over a socket', async () => {
  const { url } = await start({ AGENT_ORIGINS: 'https://chat.example.com', AGENT_HOSTS: 'agent, box.test' })
  const { port } = new URL(url)
  const status = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = get({ host: '127.0.0.1', port, path: '/api/ably-token', headers: { host } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      asked.on('error', reject)
    })
  for (const host of [`localhost:${port}`, '127.0.0.1', 'chat.example.com', 'agent', 'box.test:80'])
    expect([host, await status(host)]).toEqual([host, 200])
  for (const host of ['evil.example', 'xchat.example.com', `evil.example:${port}`])
    expect([host, await status(host)]).toEqual([host, 403])
})

/** A server that speaks OpenAI's protocol. */
async function modelThat(answers: (response: ServerResponse) => void): Promise<Record<string, string>> {
  const server = createHttpServer((_, response) => answers(response)).listen(0, '127.0.0.1')
  onTestFinished(() => void (server.close(), server.closeAllConnections()))
  await once(server, 'listening')
  return { OPENAI_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, MODEL: 'm', AGENT_LOG_CONTENTS: 'yes' } // A TCP server's.
}

test('a model that fails: its words are in the log, and never on a page', async () => {
  const secret = 'Incorrect API key provided: sk-1234'
  const refusing = await modelThat((response) =>
    response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message: secret } })),
  )
  const setup = await start(refusing)
  const channel = userOf(setup, 'ann').channels.get('ai:refused')
  const answer = watch(channel)
  const asked = await ask(setup.url, channel, 'Hello?')
  await vi.waitFor(() => expect(answer()).toMatchObject({ status: 'failed', error: expect.stringContaining('API key') }))
  expect(JSON.stringify([answer(), await asked.json()])).not.toContain('sk-1234')
  const errors = setup.log.map((line) => JSON.parse(line) as { err?: { message?: string } }).filter(({ err }) => err)
  expect(errors.map(({ err }) => err?.message)).toEqual([secret])
})

test('an answer that the model cut off at its limit says so', async () => {
  const chunk = (delta: object, finish_reason: string | null) =>
    `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
  const limited = await modelThat((response) =>
    response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .end(chunk({ content: 'Half of' }, null) + chunk({}, 'length')),
  )
  const setup = await start(limited)
  const channel = userOf(setup, 'ann').channels.get('ai:limited')
  const answer = watch(channel)
  await ask(setup.url, channel, 'All of it')
  await vi.waitFor(() => expect(answer()).toMatchObject({ text: 'Half of', status: 'complete', finish: 'length' }))
})
