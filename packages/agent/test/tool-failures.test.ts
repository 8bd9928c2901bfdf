import { describe, expect, test, vi } from 'vitest'
import { streamResponse } from '../src/index.ts'
import type { Chunk } from '../src/index.ts'
import { answer } from './answer-of-parts.ts'
import { fakeClock } from './fake-clock.ts'
import { accepted, fakeServer } from './fake-server.ts'

const said = { type: 'text-delta', id: '0', text: 'I could not look.' }
const finish = { type: 'finish', finishReason: 'stop' }

describe('a tool that fails is reported to developers, and the answer goes on', () => {
  test.each<[name: string, parts: readonly unknown[], errors: readonly string[]]>([
    [
      'AI SDK, an error',
      [{ type: 'tool-call', toolCallId: 'c', toolName: 'weather' }, toolError('c', new Error('no such city'))],
      ['unable to run the tool weather; no such city'],
    ],
    ['AI SDK, no error but a text', [toolError('c', 'no such city')], ['unable to run the tool weather; no such city']],
    ['AI SDK, nothing', [toolError('c', undefined)], ['unable to run the tool weather; it failed']],
    [
      'AI SDK, two of them, and one more in a later step',
      [
        toolError('c', new Error('one')),
        toolError('d', new Error('two')),
        { type: 'finish-step', finishReason: 'tool-calls' },
        { type: 'start-step' },
        toolError('e', new Error('three')),
      ],
      ['one', 'two', 'three'].map((reason) => `unable to run the tool weather; ${reason}`),
    ],
    [
      'AI SDK, a stream for a page: an input that is wrong, and the output that follows from it',
      [
        { type: 'tool-input-error', toolCallId: 'c', toolName: 'weather', input: {}, errorText: 'city is missing' },
        { type: 'tool-output-error', toolCallId: 'c', errorText: 'city is missing' },
      ],
      ['unable to run the tool weather; city is missing'],
    ],
    [
      'AI SDK, a stream for a page: the output names no tool',
      [
        { type: 'tool-input-available', toolCallId: 'c', toolName: 'weather', input: {} },
        { type: 'tool-output-error', toolCallId: 'c', errorText: 'no such city' },
      ],
      ['unable to run the tool weather; no such city'],
    ],
    [
      'a provider’s own stream',
      [{ type: 'tool-result', toolCallId: 'c', toolName: 'weather', result: { error: 'no such city' }, isError: true }],
      ['unable to run the tool weather; no such city'],
    ],
    [
      'Mastra',
      [{ type: 'tool-error', payload: { toolCallId: 'c', toolName: 'weather', error: new Error('no such city') } }],
      ['unable to run the tool weather; no such city'],
    ],
  ])('%s', async (_, parts, errors) => {
    expect(await answer({ type: 'start-step' }, ...parts, said, finish)).toMatchObject({
      text: said.text,
      status: 'complete',
      error: undefined,
      errors,
    })
  })

  test.each<[name: string, parts: readonly unknown[], errors: readonly string[]]>([
    [
      'Anthropic, a search of its own',
      [
        block({
          type: 'web_search_tool_result',
          content: { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' },
        }),
      ],
      ['unable to run the tool web_search; max_uses_exceeded'],
    ],
    [
      'Anthropic, an MCP server',
      [block({ type: 'mcp_tool_result', is_error: true, content: [{ type: 'text', text: 'no such city' }] })],
      ['unable to run the tool mcp; no such city'],
    ],
    ['Anthropic, a search that found nothing', [block({ type: 'web_search_tool_result', content: [] })], []],
  ])('%s', async (_, parts, errors) => {
    const text = { type: 'content_block_delta', delta: { type: 'text_delta', text: said.text } }
    const end = [{ type: 'message_delta', delta: { stop_reason: 'end_turn' } }, { type: 'message_stop' }]
    expect(await answer({ type: 'message_start' }, ...parts, text, ...end)).toMatchObject({
      text: said.text,
      status: 'complete',
      errors,
    })
  })

  test.each<[name: string, item: Readonly<Record<string, unknown>>, errors: readonly string[]]>([
    [
      'OpenAI, a call of an MCP server',
      { type: 'mcp_call', name: 'weather', error: 'no such city' },
      ['unable to run the tool weather; no such city'],
    ],
    [
      'OpenAI, the tools of an MCP server',
      { type: 'mcp_list_tools', server_label: 'maps', error: { message: 'out of reach' } },
      ['unable to run the tool maps; out of reach'],
    ],
    ['OpenAI, a call that succeeds', { type: 'mcp_call', name: 'weather', error: null, output: '3' }, []],
  ])('%s', async (_, item, errors) => {
    const parts = [
      { type: 'response.created' },
      { type: 'response.output_item.done', item },
      { type: 'response.output_text.delta', item_id: 'm', delta: said.text },
      { type: 'response.completed', response: { status: 'completed' } },
    ]
    expect(await answer(...parts)).toMatchObject({ text: said.text, status: 'complete', errors })
  })

  test('what a call was denied is no failure', async () => {
    const parts = [
      { type: 'tool-output-denied', toolCallId: 'c' },
      { type: 'tool-result', toolCallId: 'd', toolName: 'weather', output: { error: 'a result that has an error in it' } },
    ]
    expect(await answer(...parts, said, finish)).toMatchObject({ status: 'complete', errors: [] })
  })

  test('the error itself is the cause', async () => {
    const clock = fakeClock()
    const onError = vi.fn<(error: unknown) => void>()
    const cause = new RangeError('no such city')
    async function* source() {
      for (const part of [toolError('c', cause), said, finish]) yield part as Chunk // Parts of the AI SDK.
    }
    const { finished } = streamResponse(
      fakeServer(clock, () => accepted),
      source(),
      { clock, onError },
    )
    await clock.run(10_000)
    await finished
    expect(onError.mock.calls.map(([error]) => (error as Error).cause)).toEqual([cause])
  })
})

function toolError(toolCallId: string, error: unknown) {
  return { type: 'tool-error', toolCallId, toolName: 'weather', input: {}, error }
}

function block(content: object) {
  return { type: 'content_block_start', content_block: content }
}
