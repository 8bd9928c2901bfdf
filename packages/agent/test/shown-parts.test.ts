import { describe, expect, test } from 'vitest'
import type { ShowOptions, WithheldData } from '../src/index.ts'
import { streamParts } from '../src/publish/stream-response.ts'
import { readWritten } from '../src/publish/messages/written-response.ts'
import type { PartChunk } from '../src/source/parts/part-chunk.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeReader, paced } from './fake-reader.ts'
import { accepted, fakeServer } from './fake-server.ts'
import { toolRun } from './part-chunks.ts'

/** Streams the parts. @returns what readers receive, and what is withheld from them */
async function shownOf(show: ShowOptions, chunks: readonly PartChunk[] = toolRun) {
  const clock = fakeClock()
  const server = fakeServer(clock, () => accepted)
  const errors: unknown[] = []
  const kept: WithheldData[] = []
  const reader = fakeReader(clock, paced(chunks, 10), { end: { finish: 'stop', instead: 'reasoning' } })
  const stream = streamParts(server, () => reader, {
    clock,
    show,
    keepWithheld: async (withheld) => void kept.push(withheld),
    onError: (error) => void errors.push(error),
  })
  await clock.run(20_000)
  await stream.finished
  const stored = server.first()!
  const isFramed = stored.headers['format'] === 'parts/1'
  const parts = JSON.parse(JSON.stringify(readWritten([{ data: stored.text, isFramed }]).parts)) as Record<string, unknown>[]
  const all = kept[0] && readWritten([{ data: kept[0].data, isFramed: true }]).parts
  return { parts, data: stored.text, headers: stored.headers, log: server.log.join('\n'), kept, all, errors }
}

describe('readers receive', () => {
  test('everything by default, and then nothing is withheld', async () => {
    const { parts, kept } = await shownOf({})
    expect(parts.map(({ type }) => type)).toEqual(['reasoning', 'tool-search', 'tool-chart', 'step-start', 'text', 'source-url'])
    expect(parts[1]).toMatchObject({ input: { query: 'apples' }, output: ['an apple'] })
    expect(kept).toEqual([])
  })

  test('no reasoning, no inputs and no results, where an option says nothing', async () => {
    const { parts, log, all } = await shownOf({ reasoning: 'nothing', toolInputs: 'nothing', toolOutputs: 'nothing' })
    expect(parts.map(({ type, state }) => [type, state])).toEqual([
      ['tool-search', 'output-available'],
      ['tool-chart', 'output-available'],
      ['step-start', undefined],
      ['text', 'done'],
      ['source-url', undefined],
    ])
    // Not even in passing.
    for (const secret of ['look it up', 'pples"', 'an apple', 'drawn']) expect(log).not.toContain(secret)
    expect(all).toMatchObject([
      { type: 'reasoning', text: 'I should look it up, twice.' },
      { type: 'tool-search', input: { query: 'apples' }, output: ['an apple'] },
      { type: 'tool-chart', input: { points: [1, 2] }, output: { drawn: true } },
      { type: 'step-start' },
      { type: 'text', text: 'Apples are red.' },
      { type: 'source-url' },
    ])
  })

  test('values for display, once they are complete', async () => {
    const { parts, log } = await shownOf({
      reasoning: (text) => `${text.length} characters`,
      toolInputs: (input, { toolName }) => ({ of: toolName, keys: Object.keys(input as object) }),
      toolOutputs: (output, { toolCallId }) => [toolCallId, Array.isArray(output)],
    })
    expect(parts.slice(0, 3)).toMatchObject([
      { text: '27 characters' },
      { input: { of: 'search', keys: ['query'] }, output: ['c0', true] },
      { input: { of: 'chart', keys: ['points'] }, output: ['c1', false] },
    ])
    expect(log).not.toContain('look it up')
  })

  test('nothing of what a function fails to make, and developers are told', async () => {
    const failing = () => {
      throw new Error('no display')
    }
    const { parts, errors } = await shownOf({ reasoning: failing, toolInputs: failing, toolOutputs: failing })
    expect(parts[0]).toMatchObject({ type: 'reasoning', text: '' })
    expect(parts[1]).not.toHaveProperty('input')
    expect(parts[1]).not.toHaveProperty('output')
    expect(errors).toHaveLength(5)
  })

  test('no signature of reasoning that a function has changed', async () => {
    const provider = { anthropic: { signature: 'signed' } }
    const chunks: PartChunk[] = [
      { head: { type: 'reasoning', id: 'r' } },
      { body: 'hm', id: 'r' },
      { head: { type: 'end', id: 'r', provider } },
    ]
    const { parts, log, all } = await shownOf({ reasoning: (text) => text.toUpperCase() }, chunks)
    expect(parts).toMatchObject([{ type: 'reasoning', text: 'HM' }])
    expect(log).not.toContain('signed')
    expect(all).toMatchObject([{ type: 'reasoning', text: 'hm', providerMetadata: provider }])
  })

  test('no metadata of the provider, where an option says so', async () => {
    const provider = { anthropic: { signature: 'signed' } }
    const chunks: PartChunk[] = [{ head: { type: 'reasoning', id: 'r', provider } }, { body: 'hm', id: 'r' }]
    expect((await shownOf({}, chunks)).data).toContain('signed')
    const { log, all } = await shownOf({ providerMetadata: 'nothing' }, chunks)
    expect(log).not.toContain('signed')
    expect(all).toMatchObject([{ type: 'reasoning', providerMetadata: provider }])
  })

  test('that an answer is empty, where all of it is withheld', async () => {
    const chunks = toolRun.slice(0, 4)
    expect((await shownOf({}, chunks)).headers).not.toHaveProperty('empty')
    expect((await shownOf({ reasoning: 'nothing' }, chunks)).headers).toMatchObject({ status: 'complete', empty: 'reasoning' })
  })
})

test('an option of another kind is refused', async () => {
  await expect(shownOf({ reasoning: 'some' } as never)).rejects.toThrow('show.reasoning is a string: give a function')
  await expect(shownOf({ providerMetadata: () => 1 } as never)).rejects.toThrow("give 'everything' or 'nothing'")
})
