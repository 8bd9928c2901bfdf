import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { modelMessages } from '@streamfold/agent'
import type { Message } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessages } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { escapeBody, frameHead } from '@streamfold/core/codec'
import { generateText } from 'ai'
import { expect, test } from 'vitest'

type Frame = readonly [Head, string?]

const call = (id: string, input: string): Frame[] => [[{ type: 'tool', id, name: 'look.up' }, input], [{ type: 'input', id }]]
const written: readonly Frame[] = [
  [{ type: 'step' }],
  [{ type: 'reasoning', provider: { anthropic: { signature: 'sig' } } }, 'hm'],
  [{ type: 'end' }],
  [{ type: 'reasoning', provider: { openai: { itemId: 'rs_1', reasoningEncryptedContent: 'e' } } }, 'hm'],
  [{ type: 'end' }],
  ...call('ok', '{"a":1}'),
  ...call('failed', '{"a":'),
  ...call('denied', '["a"]'),
  ...call('left', '{}'),
  [{ type: 'tool', id: 'cut', name: 'get' }, '{"a'],
  [{ type: 'tool', id: 'search', name: 'web_search', providerExecuted: true }, '{}'],
  [{ type: 'output', id: 'ok' }, '{"found":[1]}'],
  [{ type: 'end' }],
  [{ type: 'fault', id: 'failed' }, 'no network'],
  [{ type: 'end' }],
  [{ type: 'fault', id: 'denied', denied: true }],
  [{ type: 'end' }],
  [{ type: 'step' }],
  [{ type: 'source', id: 'u', url: 'https://a.test' }],
  [{ type: 'text' }, 'half an answer'],
]

/** A conversation in which the answer failed, after calls that ended in every way. */
function conversation(): readonly Message[] {
  const data = written.map(([head, body = '']) => frameHead(head) + escapeBody(body)).join('')
  const file = frameHead({ type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AAAA' })
  const messages = [
    { name: 'prompt', clientId: 'ada', data: `first${file}`, extras: { headers: { role: 'user', format: 'parts/1' } } },
    {
      name: 'response',
      clientId: 'agent',
      data,
      extras: { headers: { role: 'assistant', status: 'failed', format: 'parts/1' } },
    },
    { name: 'prompt', clientId: 'ada', data: 'again', extras: { headers: { role: 'user' } } },
  ].map((message, at) => ({ ...message, serial: `s${at}`, action: 'message.create', timestamp: at }))
  return selectMessages(messages.reduce((state, raw) => reduce(state, normalise(raw, { agent: 'agent' })), emptyConversation()))
}

/** The body of the request that a provider's package makes, and nothing leaves the machine. */
async function requestOf(model: (fetch: typeof globalThis.fetch) => LanguageModelV4): Promise<Record<string, unknown>> {
  const bodies: string[] = []
  const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
    bodies.push(String(init?.body))
    return new Response('{}', { status: 400 })
  }
  await generateText({ model: model(fetch), messages: modelMessages(conversation()), maxRetries: 0 }).catch(() => undefined)
  expect(bodies).toHaveLength(1)
  return JSON.parse(bodies[0]!) as Record<string, unknown> // Each test reads the fields that it checks.
}

const ids = ['ok', 'failed', 'denied', 'left', 'cut']

test('Anthropic is asked with each call and its result, in the message behind it', async () => {
  const { messages } = await requestOf((fetch) => createAnthropic({ apiKey: 'k', fetch })('claude'))
  expect(messages).toMatchObject([
    { role: 'user', content: [{ type: 'text', text: 'first' }, { type: 'image' }] },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', signature: 'sig' },
        ...ids.map((id) => ({ type: 'tool_use', id, name: id === 'cut' ? 'get' : 'look_up', input: expect.any(Object) })),
      ],
    },
    { role: 'user', content: ids.map((id) => ({ type: 'tool_result', tool_use_id: id })) },
    { role: 'assistant', content: [{ type: 'text', text: 'half an answer' }] },
    { role: 'user', content: [{ type: 'text', text: 'again' }] },
  ])
})

test('OpenAI’s Responses are asked with encrypted reasoning, and without the ids of what OpenAI may have deleted', async () => {
  const { input } = await requestOf((fetch) => createOpenAI({ apiKey: 'k', fetch })('gpt-5.4-mini'))
  expect(JSON.stringify(input)).not.toContain('item_reference')
  expect(JSON.stringify(input)).not.toContain('rs_1')
  expect(
    (input as { type?: string; call_id?: string }[]).map(({ type, call_id: id }) => `${type ?? 'message'} ${id ?? ''}`.trim()),
  ).toEqual([
    'message',
    'reasoning',
    ...ids.map((id) => `function_call ${id}`),
    ...ids.map((id) => `function_call_output ${id}`),
    'message',
    'message',
  ])
})

test('servers with the protocol of chat completions are asked with each call and its result', async () => {
  const { messages } = await requestOf((fetch) => createOpenAICompatible({ name: 'x', baseURL: 'http://localhost', fetch })('m'))
  expect(messages).toMatchObject([
    { role: 'user' },
    { role: 'assistant', tool_calls: ids.map((id) => ({ id, type: 'function' })) },
    ...ids.map((id) => ({ role: 'tool', tool_call_id: id })),
    { role: 'assistant', content: 'half an answer' },
    { role: 'user', content: 'again' },
  ])
})
