import type { Message } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anthropicMessages, modelMessages, openAIInput, openAIMessages } from '../src/index.ts'
import type { ModelInputOptions, ReadFile } from '../src/index.ts'
import type { Said, Written } from './conversation-of.ts'
import { conversationOf } from './conversation-of.ts'
import { aiSdkProblems, anthropicProblems, chatProblems, responsesProblems } from './provider-rules.ts'

const words = fc.constantFrom('', ' ', 'a', 'b ', '\n', 'half \ud83d', '\u200b', 'two\n\nparagraphs', '\u{1e}{"type":"tool"}\n')
const ids = fc.constantFrom('c1', 'c1', 'c1', 'c2', 'call.3', 'x'.repeat(70), 'ü')
const names = fc.constantFrom('get', 'web_search', 'server.tool', '', 'n'.repeat(90))
const inputs = fc.constantFrom(
  '',
  '{}',
  '{"a":1}',
  '{"a":',
  '[1]',
  '"text"',
  'null',
  '{"__proto__":{"x":1},"b":"\\ud83d"}',
  '['.repeat(200),
)
const outputs = fc.constantFrom(
  '',
  '{}',
  '"ok"',
  '""',
  'null',
  '{broken',
  '{"__proto__":1,"deep":' + '['.repeat(100) + ']'.repeat(100) + '}',
  search(),
)
const providers = fc.constantFrom<Record<string, Record<string, unknown>> | undefined>(
  undefined,
  {},
  { anthropic: { signature: 'sig' } },
  { anthropic: { redactedData: 'opaque' } },
  { anthropic: { signature: '' } },
  { openai: { itemId: 'rs_1', reasoningEncryptedContent: 'e' } },
  { openai: { itemId: 'rs_2', reasoningEncryptedContent: null } },
  { openai: { itemId: 'rs_3' } },
  { google: { thoughtSignature: 's' } },
)

function search(): string {
  return JSON.stringify([{ type: 'web_search_result', url: 'https://a.test', title: 'A', encryptedContent: 'e' }])
}

function withProvider<H extends Head>(head: H, provider: Record<string, Record<string, unknown>> | undefined): Head {
  return { ...head, ...(provider && { provider }) } as Head // Each of these heads may have metadata.
}

const calls: fc.Arbitrary<Written> = fc
  .tuple(ids, names, inputs, fc.boolean(), fc.boolean(), providers)
  .map(([id, name, input, dynamic, providerExecuted, provider]): Written => [
    withProvider({ type: 'tool', id, name, dynamic, ...(providerExecuted && { providerExecuted }) }, provider),
    input,
  ])

// Calls are frequent, so that some ids come twice.
const written: fc.Arbitrary<Written> = fc.oneof(
  calls,
  calls,
  calls,
  calls,
  words.map((text): Written => [{ type: 'text' }, text]),
  fc.tuple(words, providers).map(([text, provider]): Written => [withProvider({ type: 'reasoning' }, provider), text]),
  fc.tuple(ids, fc.boolean()).map(([id, bad]): Written => ({ type: 'input', id, ...(bad && { error: 'bad input' }) })),
  ids.map((id): Written => ({ type: 'ask', id, approval: 'a' })),
  fc.tuple(ids, fc.boolean()).map(([id, approved]): Written => ({ type: 'decided', id, approved })),
  ids.map((id): Written => ({ type: 'run', id, epoch: 'e' })),
  fc.tuple(ids, outputs, fc.boolean()).map(([id, output, preliminary]): Written => [{ type: 'output', id, preliminary }, output]),
  fc.tuple(ids, words, fc.boolean()).map(([id, error, denied]): Written => [{ type: 'fault', id, denied }, error]),
  fc.constantFrom<Written>(
    { type: 'step' },
    { type: 'end' },
    { type: 'steer', serial: 's0002' },
    { type: 'steer', serial: 's0003' },
    { type: 'source', id: 'u', url: 'https://a.test' },
    { type: 'see', id: 'c1', serial: 's0001' },
    { type: 'file', mediaType: 'image/png', url: 'https://a.test/i.png' },
    { type: 'file', mediaType: 'application/pdf', url: 'https://a.test/a.pdf' },
    { type: 'file', mediaType: 'application/pdf', url: 'data:application/pdf;base64,JVBERg==' },
    { type: 'file', mediaType: 'image/png', url: 'ftp://x', filename: 'half \ud83d' },
    [{ type: 'data', name: 'chart' }, '{}'],
    [{ type: 'custom', kind: 'openai.compaction' }, '{}'],
    [{ type: 'custom', kind: 'anthropic.redacted_thinking' }, '"opaque"'],
    [{ type: 'custom', kind: 'anthropic.redacted_thinking' }, '{broken'],
  ),
)

const said: fc.Arbitrary<Said> = fc.record({
  role: fc.constantFrom('user', 'assistant'),
  status: fc.constantFrom('complete', 'failed', 'cancelled', 'streaming', 'deleted'),
  written: fc.array(written, { maxLength: 8, size: 'max' }),
})

const conversations = fc
  .array(said, { maxLength: 7, size: 'max' })
  .map((all): readonly Message[] => conversationOf([...all, { role: 'user', written: ['the prompt'] }]))

const options: fc.Arbitrary<ModelInputOptions> = fc.record({
  files: fc.constantFrom(
    () => true,
    () => false,
  ),
  reasoning: fc.boolean(),
  providerTools: fc.boolean(),
  itemIds: fc.boolean(),
})

type FileRead = Awaited<ReturnType<ReadFile>>

const RUNS = 2_000

describe('whatever is in a conversation, what a model is given is valid', () => {
  test('for the AI SDK', async () => {
    await fc.assert(
      fc.asyncProperty(conversations, options, async (messages, how) => {
        expect(await aiSdkProblems(modelMessages(messages, how))).toEqual([])
      }),
      { numRuns: RUNS },
    )
  })

  test('for OpenAI’s chat completions', () => {
    fc.assert(
      fc.property(conversations, options, (messages, how) => {
        expect(chatProblems(openAIMessages(messages, how))).toEqual([])
      }),
      { numRuns: RUNS },
    )
  })

  test('for OpenAI’s Responses', () => {
    fc.assert(
      fc.property(conversations, options, (messages, how) => {
        expect(responsesProblems(openAIInput(messages, how))).toEqual([])
      }),
      { numRuns: RUNS },
    )
  })

  test('for Anthropic', () => {
    fc.assert(
      fc.property(conversations, options, (messages, how) => {
        expect(anthropicProblems(anthropicMessages(messages, how))).toEqual([])
      }),
      { numRuns: RUNS },
    )
  })

  test('also with files that the agent reads itself', async () => {
    const contents = fc.constantFrom<FileRead>(
      undefined,
      null,
      { data: new Uint8Array(), mediaType: 'image/png' },
      { data: new Uint8Array([0xff, 0xd8, 0xff, 0]), mediaType: 'image/png' },
      { data: new TextEncoder().encode('%PDF-1'), mediaType: 'APPLICATION/PDF' },
      { data: new TextEncoder().encode('%PDF-1'), mediaType: 'text/html' },
    )
    await fc.assert(
      fc.asyncProperty(conversations, options, contents, async (messages, how, read) => {
        const reading = { ...how, readFile: async () => read }
        expect(await aiSdkProblems(await modelMessages(messages, reading))).toEqual([])
        expect(chatProblems(await openAIMessages(messages, reading))).toEqual([])
        expect(responsesProblems(await openAIInput(messages, reading))).toEqual([])
        expect(anthropicProblems(await anthropicMessages(messages, reading))).toEqual([])
      }),
      { numRuns: RUNS / 4 },
    )
  })

  test('and the prompt is the end of it', () => {
    fc.assert(
      fc.property(conversations, (messages) => {
        for (const write of [modelMessages, openAIMessages, openAIInput, anthropicMessages]) {
          const last = write(messages).at(-1)
          expect(JSON.stringify(last && 'content' in last && last.content)).toMatch(/the prompt"/)
        }
      }),
      { numRuns: 200 },
    )
  })
})
