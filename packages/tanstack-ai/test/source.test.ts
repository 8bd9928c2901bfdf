// @vitest-environment happy-dom
import { agUiSource } from '@streamfold/ag-ui/source'
import type { AnyTextAdapter, ModelMessage, StreamChunk, TextOptions } from '@tanstack/ai'
import { chat, toolDefinition } from '@tanstack/ai'
import { expect, it } from 'vitest'
import { client } from './client-driver.ts'
import { harnessOf, so } from './fixture.ts'

type Chunk = Readonly<Record<string, unknown>> & { readonly type: string }

/** A model that calls a tool, and then says what it was given. */
const adapter = {
  kind: 'text',
  name: 'fake',
  model: 'fake-1',
  async *chatStream({ messages }: TextOptions): AsyncGenerator<StreamChunk> {
    const result = messages.findLast(({ role }: ModelMessage) => role === 'tool')
    const run = { runId: `run-${messages.length}`, threadId: 't' }
    const said: readonly Chunk[] = result
      ? [
          { type: 'TEXT_MESSAGE_START', messageId: 'm2', role: 'assistant' },
          { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm2', delta: 'It has ' },
          { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm2', delta: String(result.content) },
          { type: 'TEXT_MESSAGE_END', messageId: 'm2' },
        ]
      : [
          { type: 'REASONING_MESSAGE_START', messageId: 'r1', role: 'reasoning' },
          { type: 'REASONING_MESSAGE_CONTENT', messageId: 'r1', delta: 'I look.' },
          { type: 'REASONING_MESSAGE_END', messageId: 'r1' },
          { type: 'TOOL_CALL_START', toolCallId: 'c1', toolCallName: 'weather', toolName: 'weather' },
          { type: 'TOOL_CALL_ARGS', toolCallId: 'c1', delta: '{"city":"Oslo"}' },
          { type: 'TOOL_CALL_END', toolCallId: 'c1', toolCallName: 'weather', input: { city: 'Oslo' } },
        ]
    const end = { type: 'RUN_FINISHED', ...run, finishReason: result ? 'stop' : 'tool_calls' }
    for (const chunk of [{ type: 'RUN_STARTED', ...run }, ...said, end]) yield chunk as unknown as StreamChunk
  },
  structuredOutput: () => Promise.reject(new Error('not asked for')),
} as unknown as AnyTextAdapter // Of the fields of an adapter, those that a chat uses.

const weather = toolDefinition({ name: 'weather', description: 'How warm it is' }).server(() => ({ degrees: 3 }))

it('a run of TanStack AI’s own chat() is a source of a response', async () => {
  const harness = await harnessOf(client, {
    respond: ({ prompt }) => agUiSource(chat({ adapter, messages: [{ role: 'user', content: prompt.text }], tools: [weather] })),
  })
  const tab = harness.open()
  await tab.send('How warm is Oslo?')
  await so(() => expect(tab.lines().at(-1)).toBe('assistant: <thinking>|<tool-call>|<tool-result>|It has {"degrees":3}'))
  expect(tab.messages()[1]?.parts[1]).toMatchObject({ state: 'complete', input: { city: 'Oslo' }, output: { degrees: 3 } })
  expect(tab.error()).toBeUndefined()
  await so(() => expect(tab.isGenerating()).toBe(false))
})
