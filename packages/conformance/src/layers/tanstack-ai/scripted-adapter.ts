import type { AnyTextAdapter, StreamChunk, TextOptions } from '@tanstack/ai'
import { beginTurn } from '../../harness/script.ts'

type Chunk = Readonly<Record<string, unknown>> & { readonly type: string }

/** A model of TanStack AI that says what the law makes it say. */
export const scriptedAdapter = {
  kind: 'text',
  name: 'conformance',
  model: 'scripted',
  chatStream: (options: TextOptions) => chunksOf(options) as AsyncIterable<unknown> as AsyncIterable<StreamChunk>, // Of the fields of a chunk, those that models give.
  structuredOutput: () => Promise.reject(new Error('unable to generate; the scripted model streams')),
} as unknown as AnyTextAdapter // Of the fields of an adapter, those that a chat uses.

async function* chunksOf({ request, threadId, runId }: TextOptions): AsyncGenerator<Chunk> {
  const run = { threadId, runId }
  let open: { readonly type: 'TEXT' | 'REASONING'; readonly messageId: string } | undefined
  yield { type: 'RUN_STARTED', ...run }
  for await (const step of beginTurn(request?.signal ?? undefined).steps) {
    const type = 'text' in step ? 'TEXT' : 'reasoning' in step ? 'REASONING' : undefined
    if (open && open.type !== type) {
      yield { type: `${open.type}_MESSAGE_END`, messageId: open.messageId }
      if (open.type === 'REASONING') yield { type: 'REASONING_END', messageId: open.messageId }
      open = undefined
    }
    if (type) {
      if (!open) {
        open = { type, messageId: crypto.randomUUID() }
        const role = type === 'TEXT' ? 'assistant' : 'reasoning'
        if (type === 'REASONING') yield { type: 'REASONING_START', messageId: open.messageId }
        yield { type: `${type}_MESSAGE_START`, messageId: open.messageId, role }
      }
      const delta = 'text' in step ? step.text : 'reasoning' in step ? step.reasoning : ''
      yield { type: `${type}_MESSAGE_CONTENT`, messageId: open.messageId, delta }
    }
    if ('call' in step) {
      const { call: toolCallId, tool: toolCallName, input } = step
      yield { type: 'TOOL_CALL_START', toolCallId, toolCallName }
      for (const delta of input) yield { type: 'TOOL_CALL_ARGS', toolCallId, delta }
      yield { type: 'TOOL_CALL_END', toolCallId, toolCallName, input: JSON.parse(input.join('')) as unknown }
    }
    if ('end' in step) yield { type: 'RUN_FINISHED', ...run, finishReason: step.end === 'stop' ? 'stop' : 'tool_calls' }
  }
}
