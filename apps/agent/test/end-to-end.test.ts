import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Message } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessages } from '@streamfold/core'
import type { LocalAbly } from '@streamfold/local-ably'
import { createLocalAbly } from '@streamfold/local-ably'
import type { InboundMessage, RealtimeChannel } from 'ably'
import { Realtime } from 'ably'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createFindPassage } from '../src/demo/find-passage.ts'
import { readKnowledge } from '../src/demo/knowledge.ts'
import type { RunningAgent } from '../src/start-agent.ts'
import { startAgent } from '../src/start-agent.ts'

let ably: LocalAbly
let agent: RunningAgent
let url: string
const log: string[] = []
const clients: Realtime[] = []

beforeAll(async () => {
  ably = await createLocalAbly()

  const port = await freePort()
  url = `http://localhost:${port}`
  agent = await startAgent(
    { AGENT_PORT: String(port), LOCAL_ABLY_PORT: String(ably.port), DEMO_PACE: '0.1' },
    { write: (line) => void log.push(line) },
  )
})

afterEach(() => {
  for (const client of clients.splice(0)) client.close()
})

afterAll(async () => {
  await agent.close()
  await ably.close()
})

/** The unmodified client, as a browser has it: a token from the agent, nothing else. */
function user(clientId: string): Realtime {
  const { key: _, ...local } = ably.clientOptions()
  const client = new Realtime({
    ...local,
    authUrl: `${url}/api/ably-token`,
    authParams: { clientId },
  })
  clients.push(client)
  return client
}

/** Attaches, and folds what arrives as any plain subscriber would. */
async function watch(channel: RealtimeChannel) {
  const seen: InboundMessage[] = []
  const texts = new Map<string, string>()
  const statuses = new Map<string, string>()
  await channel.subscribe((message) => {
    seen.push(message)
    const { name, serial = '', action, data, extras } = message
    if (name !== 'response') return
    const before = action === 'message.append' ? (texts.get(serial) ?? '') : ''
    texts.set(serial, before + String(data))
    statuses.set(serial, extras.headers.status)
  })
  return { seen, texts, statuses }
}

async function ask(channel: RealtimeChannel, text: string): Promise<string> {
  const { serials } = await channel.publish({ name: 'prompt', data: text, extras: { headers: { role: 'user' } } })
  return serials[0]!
}

function requestAnswer(channel: RealtimeChannel, promptSerial: string, agentUrl = url): Promise<Response> {
  return fetch(`${agentUrl}/api/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ channel: channel.name, promptSerial }),
  })
}

async function responseId(response: Response): Promise<string> {
  const body = (await response.json()) as { responseId: string } // the documented shape
  expect([response.status, body]).toEqual([202, { responseId: expect.any(String) }])
  return body.responseId
}

const passage = (question: string): string => createFindPassage(readKnowledge())(question)!.text

describe('a user and the agent, over local Ably', () => {
  test('a prompt is answered in one message that grows, and history holds its text', async () => {
    const channel = user('ada').channels.get('ai:answer')
    const { seen, texts, statuses } = await watch(channel)
    const prompt = await ask(channel, 'What is Streamfold?')
    const id = await responseId(await requestAnswer(channel, prompt))
    await expect.poll(() => statuses.get(id), { timeout: 15_000 }).toBe('complete')

    expect(texts.get(id)).toContain(passage('What is Streamfold?'))
    const mine = seen.filter((message) => message.serial === id)
    expect(mine[0]?.action).toBe('message.create')
    expect(mine.filter((message) => message.action === 'message.append').length).toBeGreaterThan(5)
    expect(mine.every((message) => message.clientId === 'agent')).toBe(true)

    const { items } = await channel.history()
    const responses = items.filter(({ name }) => name === 'response')
    expect(responses).toHaveLength(1)
    expect(responses[0]).toMatchObject({
      serial: id,
      data: texts.get(id),
      extras: { headers: { role: 'assistant', status: 'complete', 'reply-to': prompt } },
    })
    expect((await requestAnswer(channel, prompt)).status).toBe(409)
  })

  test('a run with reasoning, two tools at once, sources and text is one message, and reads the same after a reload', async () => {
    const channel = user('kim').channels.get('ai:tools')
    const { seen } = await watch(channel)
    const prompt = await ask(channel, 'Search the docs for repair and calculate 6 * 7')
    const id = await responseId(await requestAnswer(channel, prompt))
    const live = () => messagesIn(seen).find((message) => message.id === id)
    await expect.poll(() => live()?.status, { timeout: 15_000 }).toBe('complete')

    // A plain subscriber, as after a reload.
    const { items } = await user('kim').channels.get('ai:tools').history()
    expect(items.map(({ name }) => name)).toEqual(['response', 'prompt'])
    const read = messagesIn(items.toReversed()).find((message) => message.id === id)
    expect(JSON.stringify(live()?.parts)).toBe(JSON.stringify(read?.parts))
    expect(read?.continuity).toBe('contiguous')
    const parts = read?.parts ?? []
    expect(parts.filter(({ type }) => type === 'tool-searchDocs' || type === 'tool-calculator')).toMatchObject([
      {
        title: 'Search the documentation',
        state: 'output-available',
        input: { query: 'repair' },
        output: { pages: expect.any(Array) },
      },
      { title: 'Calculate', state: 'output-available', input: { expression: '6 * 7' }, output: { value: 42 } },
    ])
    const types = parts.map(({ type }) => type)
    expect(types.filter((type) => type === 'source-document').length).toBeGreaterThan(1)
    expect(types.indexOf('reasoning')).toBeLessThan(types.indexOf('tool-searchDocs'))
    expect(types.lastIndexOf('text')).toBe(types.length - 1)
    expect(parts.find(({ type }) => type === 'data-progress')).toMatchObject({ data: { value: 1 }, state: 'done' })
    expect(read?.text).toContain('`6 * 7` is **42**')
    expect(parts.at(-1)).toMatchObject({
      citations: expect.arrayContaining([{ sourceId: 'concepts/repair.md', start: expect.any(Number), end: expect.any(Number) }]),
    })
    // The next prompt continues the conversation: the model is given the calls with their results.
    const next = await ask(channel, 'What is Streamfold?')
    const nextId = await responseId(await requestAnswer(channel, next))
    await expect
      .poll(() => messagesIn(seen).find((message) => message.id === nextId)?.status, { timeout: 15_000 })
      .toBe('complete')
  })

  test('a chart grows in one message while its rows are written', async () => {
    const channel = user('lee').channels.get('ai:chart')
    const { seen } = await watch(channel)
    const prompt = await ask(channel, 'Draw a chart of apples 3, pears 5 and plums 4')
    const id = await responseId(await requestAnswer(channel, prompt))
    await expect.poll(() => messagesIn(seen).find((message) => message.id === id)?.status, { timeout: 15_000 }).toBe('complete')
    const sizes = seen.map((_, at) => chartIn(messagesIn(seen.slice(0, at + 1)).find((message) => message.id === id)).length)
    expect(sizes.filter((size, at) => at > 0 && size !== sizes[at - 1])).toEqual([1, 2, 3])
    const { items } = await channel.history()
    expect(items.filter(({ name }) => name === 'response')).toHaveLength(1)
    const read = messagesIn(items.toReversed()).find((message) => message.id === id)
    expect(chartIn(read)).toMatchObject([{ label: 'apples', value: 3 }, { label: 'pears' }, { label: 'plums', value: 4 }])
  })

  test('three requests make one response', async () => {
    const channel = user('bob').channels.get('ai:three')
    await watch(channel)
    const prompt = await ask(channel, 'repeat exactly: one')
    const responses = await Promise.all([1, 2, 3].map(() => requestAnswer(channel, prompt)))
    const ids = await Promise.all(responses.map(responseId))
    expect(new Set(ids).size).toBe(1)
    await expect
      .poll(async () => (await channel.history()).items.filter(({ name }) => name === 'response'))
      .toMatchObject([{ data: 'one' }])
  })

  test('two agents that are asked at once make one response, written by one of them', async () => {
    const port = await freePort()
    const other = await startAgent(
      { AGENT_PORT: String(port), LOCAL_ABLY_PORT: String(ably.port), DEMO_PACE: '0.1' },
      { write: () => undefined },
    )
    const channel = user('hal').channels.get('ai:two')
    const { statuses, texts } = await watch(channel)
    for (const word of ['one', 'two', 'three']) {
      const prompt = await ask(channel, `repeat exactly: this is ${word}, and only once`)
      const responses = await Promise.all([url, `http://localhost:${port}`].map((each) => requestAnswer(channel, prompt, each)))
      // The second may come so late that it sees the response of the first.
      const ids = await Promise.all(responses.map(async (each) => ((await each.json()) as Answered).responseId ?? 'none'))
      const id = ids[responses.findIndex(({ status }) => status === 202)]!
      await expect.poll(() => statuses.get(id), { timeout: 15_000 }).toBe('complete')
      expect(texts.get(id)).toBe(`this is ${word}, and only once`)
    }
    const { items } = await channel.history()
    expect(items.filter(({ name }) => name === 'response')).toHaveLength(3)
    await other.close()
  })

  test('a cancel from another device of the same person stops it, with the text so far; one of somebody else does not', async () => {
    const channel = user('cid').channels.get('ai:cancel')
    const { texts, statuses } = await watch(channel)
    const prompt = await ask(channel, 'Give me a long answer')
    const id = await responseId(await requestAnswer(channel, prompt))
    await expect.poll(() => texts.get(id)?.length ?? 0, { timeout: 15_000 }).toBeGreaterThan(50)
    const stop = { name: 'cancel', extras: { headers: { target: id } } }
    await user('somebody-else').channels.get('ai:cancel').publish(stop)
    const before = texts.get(id)?.length ?? 0
    await expect.poll(() => texts.get(id)?.length ?? 0, { timeout: 15_000 }).toBeGreaterThan(before)
    await user('cid').channels.get('ai:cancel').publish(stop)
    await expect.poll(() => statuses.get(id)).toBe('cancelled')
    const { items } = await channel.history()
    const stored = items.find(({ serial }) => serial === id)
    expect(stored?.data).toBe(texts.get(id))
    expect(passage('Give me a long answer').startsWith(String(stored?.data))).toBe(true)
    expect(String(stored?.data).length).toBeLessThan(2_000)
  })

  test('a cancel that was there before the request is honoured', async () => {
    const channel = user('dan').channels.get('ai:early')
    const prompt = await ask(channel, 'Give me a long answer')
    await channel.publish({ name: 'cancel', extras: { headers: { target: prompt } } })
    const id = await responseId(await requestAnswer(channel, prompt))
    await expect.poll(async () => (await channel.getMessage(id)).extras.headers.status, { timeout: 15_000 }).toBe('cancelled')
    expect(String((await channel.getMessage(id)).data).length).toBeLessThan(200)
  })

  test('rejected appends are repaired while it streams', async () => {
    const channel = user('eve').channels.get('ai:repair')
    const { seen, texts, statuses } = await watch(channel)
    const undo = ably.faults.rejectAppend({ channel: 'ai:repair', nth: 4, times: 3 })
    const prompt = await ask(channel, 'What is a repair?')
    const id = await responseId(await requestAnswer(channel, prompt))
    await expect.poll(() => statuses.get(id), { timeout: 15_000 }).toBe('complete')
    undo()
    expect(texts.get(id)).toContain(passage('What is a repair?'))
    expect((await channel.getMessage(id)).data).toBe(texts.get(id))
    expect(seen.some((message) => message.serial === id && message.action === 'message.update')).toBe(true)
  })

  test('a user’s token cannot write as the agent, nor change what was written', async () => {
    const client = user('fay')
    const channel = client.channels.get('ai:trust')
    const { seen } = await watch(channel)
    await expect(channel.publish({ name: 'response', data: 'lie', clientId: 'agent' })).rejects.toThrow()
    const prompt = await ask(channel, 'repeat exactly: truth')
    const id = await responseId(await requestAnswer(channel, prompt))
    await expect.poll(() => seen.some((message) => message.serial === id)).toBe(true)
    await expect(channel.appendMessage({ serial: id, data: 'lie' })).rejects.toMatchObject({ code: 40160 })
  })

  test('an unknown prompt is 404', async () => {
    const channel = user('gus').channels.get('ai:unknown')
    const response = await requestAnswer(channel, 'nope')
    expect(response.status).toBe(404)
  })

  test('the log holds no key', () => {
    expect(log.join('\n')).not.toContain(ably.key)
  })
})

/** As a reader makes messages of what a client has received. */
function messagesIn(received: readonly InboundMessage[]): readonly Message[] {
  const state = received.reduce((before, message) => reduce(before, normalise(message, { agent: 'agent' })), emptyConversation())
  return selectMessages(state)
}

function chartIn(message: Message | undefined): readonly unknown[] {
  const data = message?.parts.flatMap((part) => (part.type === 'data-chart' && 'data' in part ? [part.data] : []))[0]
  return typeof data === 'object' && data !== null && 'rows' in data && Array.isArray(data.rows) ? data.rows : []
}

interface Answered {
  readonly responseId?: string
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo // a TCP server's
      server.close(() => resolve(port))
    })
  })
}
