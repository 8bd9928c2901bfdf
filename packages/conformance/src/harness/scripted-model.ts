import type { LanguageModelV3, LanguageModelV3StreamPart } from '@ai-sdk/provider'
import { beginTurn } from './script.ts'
import type { Step } from './step.ts'

/** A model of the AI SDK, of the format that its releases 6 and 7 take, which says what the law makes it say. */
export const scriptedModel: LanguageModelV3 = {
  specificationVersion: 'v3',
  provider: 'conformance',
  modelId: 'scripted',
  supportedUrls: {},
  doGenerate: () => Promise.reject(new Error('unable to generate; the scripted model streams')),
  doStream({ abortSignal }) {
    const { steps } = beginTurn(abortSignal)
    const parts = partsOf(steps, abortSignal)
    const source = {
      async pull(controller: ReadableStreamDefaultController<LanguageModelV3StreamPart>) {
        const { done, value } = await parts.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
    }
    // A model does not wait for its reader.
    const stream = new ReadableStream(source, { highWaterMark: Infinity })
    return Promise.resolve({ stream })
  },
}

async function* partsOf(steps: AsyncIterable<Step>, signal: AbortSignal | undefined): AsyncGenerator<LanguageModelV3StreamPart> {
  let open: { readonly type: 'text' | 'reasoning'; readonly id: string } | undefined
  let blocks = 0
  yield { type: 'stream-start', warnings: [] }
  for await (const step of steps) {
    const type = 'text' in step ? 'text' : 'reasoning' in step ? 'reasoning' : undefined
    if (open && open.type !== type) {
      yield { type: `${open.type}-end`, id: open.id }
      open = undefined
    }
    if (type) {
      if (!open) {
        open = { type, id: `${++blocks}` }
        yield { type: `${type}-start`, id: open.id }
      }
      yield { type: `${type}-delta`, id: open.id, delta: 'text' in step ? step.text : 'reasoning' in step ? step.reasoning : '' }
    }
    if ('call' in step) {
      yield { type: 'tool-input-start', id: step.call, toolName: step.tool }
      for (const delta of step.input) yield { type: 'tool-input-delta', id: step.call, delta }
      yield { type: 'tool-input-end', id: step.call }
      yield { type: 'tool-call', toolCallId: step.call, toolName: step.tool, input: step.input.join('') }
    }
    if ('end' in step) {
      const none = { total: 1, noCache: undefined, cacheRead: undefined, cacheWrite: undefined }
      yield {
        type: 'finish',
        finishReason: { unified: step.end, raw: step.end },
        usage: { inputTokens: none, outputTokens: { total: 1, text: undefined, reasoning: undefined } },
      }
    }
  }
  if (signal?.aborted) throw signal.reason
}
