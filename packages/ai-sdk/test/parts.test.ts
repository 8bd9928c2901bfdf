// @vitest-environment happy-dom
import { createAgentChannel } from '@streamfold/ably'
import { serveAgent } from '@streamfold/agent'
import type { Message, MessagePart } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { frameHead } from '@streamfold/core/codec'
import { realtime } from '@streamfold/test-support/realtime'
import type { UIMessageChunk } from 'ai'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nextChunks, nothingGiven } from '../src/answers/answer-chunks.ts'
import { chatParts } from '../src/messages/chat-part.ts'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import type { Harness } from './fixture.ts'
import { harnessOf, so } from './fixture.ts'
import { readBySdk, run, streamOf } from './run.ts'

/** As JSON, because fields that are undefined say nothing. */
const plain = (parts: unknown): unknown => JSON.parse(JSON.stringify(parts ?? []))

/** The AI SDK shows a step with its first part. */
function withoutLastStep(parts: readonly { readonly type: string }[] = []): unknown {
  return plain(parts.slice(0, parts.findLastIndex(({ type }) => type !== 'step-start') + 1))
}

/** An agent whose model is the AI SDK's. @param held chunks that it keeps until it is released */
function serveRun({ server }: Harness, name: string, held = Infinity) {
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  const channel = realtime(server, { clientId: 'agent' }).channels.get(name)
  const agent = serveAgent({
    channel: createAgentChannel(channel, { clientId: 'agent' }),
    batch: { interval: 0 },
    onError: () => undefined,
    describe: () => 'the tool failed',
    async *respond() {
      let count = 0
      for await (const chunk of run()) {
        if (count++ === held) await released
        yield chunk
      }
    },
  })
  onTestFinished(() => agent.close())
  return { release, answer: (serial: string) => agent.answer(serial) }
}

describe.each(drivers)('useChat of $framework shows the parts of the agent’s own stream', (driver: ChatDriver) => {
  it('live, resumed in the middle, in another tab, and after a reload', async () => {
    const expected = plain((await readBySdk(run()))?.parts)
    const harness = await harnessOf(driver, { listens: false })
    const [tab, other] = [harness.open(), harness.open({ clientId: 'ben' })]
    const agent = serveRun(harness, tab.channel.name, 30)
    void tab.send('How warm is it?')
    await so(() => expect(tab.messages()[0]?.metadata?.status).toBe('complete'))
    const prompt = selectMessages(tab.transport.conversation.store.getState())[0]!.id
    void agent.answer(prompt)
    await so(() => expect(JSON.stringify(tab.messages()[1]?.parts)).toContain('Oslo'))
    const resumed = harness.open()
    await so(() => expect(resumed.messages()[1]?.parts).toEqual(tab.messages()[1]?.parts))
    agent.release()
    for (const each of [tab, other, resumed]) {
      await so(() => expect(each.messages()[1]?.metadata?.status).toBe('complete'))
      await so(() => expect(plain(each.messages()[1]?.parts)).toEqual(expected))
      expect(each.messages()[1]?.metadata).toMatchObject({ model: 'mock', finish: 'stop' })
    }
    const reloaded = harness.open()
    await so(() => expect(plain(reloaded.messages()[1]?.parts)).toEqual(expected))
    expect(reloaded.status()).toBe('ready')
  })
})

describe.each(drivers)('useChat of $framework, where an earlier step is replaced', (driver: ChatDriver) => {
  it.each([true, 'redactions', false] as const)(
    'shows no more of it, at once or after a resume (followed: %s)',
    async (follow) => {
      const { server, open } = await harnessOf(driver, { listens: false })
      const tab = open({ follow })
      const channel = realtime(server, { clientId: 'agent' }).channels.get(tab.channel.name)
      void tab.send('Hello')
      await so(() => expect(selectMessages(tab.transport.conversation.store.getState())[0]?.status).toBe('complete'))
      const replyTo = selectMessages(tab.transport.conversation.store.getState())[0]!.id
      const extras = { headers: { role: 'assistant', status: 'streaming', format: 'parts/1', 'reply-to': replyTo } }
      const data = (first: string) => `${first}${frameHead({ type: 'step' })}${frameHead({ type: 'text' })}after`
      const { serials } = await channel.publish({ name: 'response', data: data('secret'), extras })
      await so(() => expect(tab.lines()[1]).toBe('assistant: secret|after'))
      await channel.updateMessage({ serial: serials[0]!, name: 'response', data: data('public'), extras })
      if (!follow) {
        await so(() => expect(tab.error()).toContain('an earlier step of it was replaced'))
        // No chunk removes an earlier step, so it stays until the chat reads the answer again.
        expect(tab.lines()[1]).toBe('assistant: secret|after')
        void tab.resume()
      }
      await so(() => expect(tab.lines()[1]).toBe('assistant: public|after'))
      await so(() => expect([tab.status(), tab.error()]).toEqual(['streaming', undefined]))
      const complete = { headers: { ...extras.headers, status: 'complete' } }
      await channel.updateMessage({ serial: serials[0]!, name: 'response', data: data('public'), extras: complete })
      await so(() => expect(tab.status()).toBe('ready'))
    },
  )
})

it('law: from whichever state of the answer it is read, the AI SDK makes the same parts of it', async () => {
  const expected = plain((await readBySdk(run()))?.parts)
  const harness = await harnessOf(drivers[0]!, { listens: false })
  const tab = harness.open()
  const agent = serveRun(harness, tab.channel.name)
  const states: Message[] = []
  const { store } = tab.transport.conversation
  store.subscribe(() => {
    const answer = selectMessages(store.getState())[1]
    if (answer && answer !== states.at(-1)) states.push(answer)
  })
  void tab.send('How warm is it?')
  await so(() => expect(tab.messages()[0]?.metadata?.status).toBe('complete'))
  await agent.answer(selectMessages(store.getState())[0]!.id)
  await so(() => expect(states.at(-1)?.status).toBe('complete'))
  expect(states.length).toBeGreaterThan(10)
  expect(plain(chatParts(states.at(-1)!))).toEqual(expected)
  for (let from = 0; from < states.length; from++) {
    let given = nothingGiven
    const chunks: UIMessageChunk[] = []
    for (const state of states.slice(from)) {
      const step = nextChunks(given, state, undefined)
      expect(step).toBeDefined()
      given = step!.given
      chunks.push(...step!.chunks)
      expect(withoutLastStep((await readBySdk(streamOf(chunks)))?.parts)).toEqual(withoutLastStep(given.parts))
    }
    expect(chunks.some(({ type }) => type === 'reset-step')).toBe(false)
    expect(plain((await readBySdk(streamOf(chunks)))?.parts)).toEqual(expected)
  }
})

it('gives a reasoning again in full where its id alone has changed', async () => {
  const reasoning = (id: string): Message => {
    const parts = [{ type: 'reasoning', id, text: 'a', state: 'streaming' }]
    return { id: 's1', key: 's1', role: 'assistant', status: 'streaming', parts } as unknown as Message
  }
  const before = nextChunks(nothingGiven, reasoning('t1'), undefined)!
  const after = nextChunks(before.given, reasoning('t2'), undefined)!
  const read = await readBySdk(streamOf([...before.chunks, ...after.chunks] as UIMessageChunk[]))
  expect(plain(read?.parts)).toContainEqual({ type: 'reasoning', id: 't2', text: 'a', state: 'streaming' })
  expect(plain(read?.parts)).not.toContainEqual(expect.objectContaining({ id: 't1' }))
})

const word = fc.constantFrom('', 'a', 'ab', 'abc', 'x')
const state = fc.constantFrom('streaming' as const, 'done' as const)
const provider = fc.option(fc.constantFrom({ acme: { n: 1 } }, { acme: { n: 2 } }), { nil: undefined })
const optional = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  value === undefined ? {} : { [name]: value }
const textual = fc
  .tuple(fc.constantFrom('text', 'reasoning'), fc.constantFrom('t1', 't2', undefined), word, state, provider)
  .map(([type, id, text, now, meta]) => ({
    type,
    text,
    state: now,
    // The source may come later, or not.
    ...(type === 'text' && text.length > 1 && { citations: [{ sourceId: 's1', end: text.length }] }),
    ...optional('id', id),
    ...optional('providerMetadata', meta),
  }))
const callStates = ['input-streaming', 'input-available', 'approval-requested', 'approval-responded', 'output-available']
const called = fc
  .tuple(
    fc.constantFrom('c1', 'c2'),
    fc.constantFrom(...callStates, 'output-error', 'output-denied', 'interrupted'),
    fc.constantFrom({ a: 1 }, { a: 2 }),
    word,
    fc.boolean(),
    provider,
  )
  .map(([toolCallId, now, input, output, dynamic, meta]) => {
    const isAsked = now.startsWith('approval')
    const isStreaming = now === 'input-streaming'
    return {
      ...(dynamic ? { type: 'dynamic-tool', toolName: 'look' } : { type: 'tool-look' }),
      toolCallId,
      state: now,
      input: isStreaming ? undefined : input,
      inputText: isStreaming ? '' : JSON.stringify(input),
      output: now === 'output-available' ? output : undefined,
      ...(isAsked && {
        approval: { id: `ask-${toolCallId}`, of: ['ann'], ...(now === 'approval-responded' && { approved: true }) },
      }),
      ...(now === 'output-available' && output === 'a' && { preliminary: true }),
      ...(now === 'output-error' && { errorText: 'broken' }),
      ...(now === 'output-available' && optional('resultProviderMetadata', meta)),
    }
  })
const fixed = fc.constantFrom(
  { type: 'step-start' },
  { type: 'source-url', sourceId: 's1', url: 'https://example.com' },
  { type: 'source-document', sourceId: 's2', mediaType: 'text/plain', title: 'Notes' },
  { type: 'file', mediaType: 'image/png', url: 'https://example.com/a.png', filename: 'a.png' },
  { type: 'reasoning-file', mediaType: 'image/png', url: 'https://example.com/b.png' },
  { type: 'custom', kind: 'acme.thing', data: { x: 1 } },
  { type: 'steering-message', id: 's9' },
)
const dataPart = fc
  .tuple(fc.constantFrom('p', undefined), word, state)
  .map(([id, data, now]) => ({ type: 'data-progress', ...optional('id', id), data, state: now }))

/** Each call, data and open reasoning has an id of its own in one message. */
const partsOfMessage = fc.array(fc.oneof(textual, called, fixed, dataPart), { maxLength: 6 }).map((parts) =>
  parts.filter((part, at) => {
    const nameOf = (each: object) => ('toolCallId' in each ? each.toolCallId : 'id' in each ? JSON.stringify(each.id) : undefined)
    return nameOf(part) === undefined || parts.findIndex((other) => nameOf(other) === nameOf(part)) === at
  }),
) as fc.Arbitrary<readonly MessagePart[]>

it('law: wherever parts change to, the AI SDK shows them, or the answer is read from its start', async () => {
  const base = { id: 's1', key: 's1', role: 'assistant', status: 'streaming' } as Message
  await fc.assert(
    fc.asyncProperty(fc.array(partsOfMessage, { minLength: 1, maxLength: 4 }), async (states) => {
      let given = nothingGiven
      let chunks: UIMessageChunk[] = []
      for (const parts of states) {
        let step = nextChunks(given, { ...base, parts }, undefined)
        if (!step) chunks = []
        step ??= nextChunks(nothingGiven, { ...base, parts }, undefined)!
        given = step.given
        chunks.push(...step.chunks)
        expect(withoutLastStep((await readBySdk(streamOf(chunks)))?.parts)).toEqual(withoutLastStep(given.parts))
      }
    }),
    { numRuns: 1_000 },
  )
})
