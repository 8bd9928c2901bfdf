import type {
  LanguageModelV4,
  LanguageModelV4FinishReason,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider'
import { composeAnswer } from './compose-answer.ts'
import { createFindPassage } from './find-passage.ts'
import { readKnowledge } from './knowledge.ts'
import type { Pace } from './pace.ts'
import { modelPace } from './pace.ts'
import { wordPieces } from './word-pieces.ts'

export interface DemoModelOptions {
  /** Scales the pauses between tokens; 0 is as fast as possible. Default 1. */
  readonly pace?: number
  /** The same seed gives the same pauses. Default: different for each answer. */
  readonly seed?: number
  /** Waits; rejects when the signal aborts. Default: by the system's clock. */
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}

const stop: LanguageModelV4FinishReason = { unified: 'stop', raw: 'stop' }

/** A language model without a network or a key: it answers from a bundled text, at a model's pace. */
export function createDemoModel(options: DemoModelOptions = {}): LanguageModelV4 {
  const { pace = 1, wait = waitFor } = options
  const find = createFindPassage(readKnowledge())
  let answers = 0

  return {
    specificationVersion: 'v4',
    provider: 'streamfold',
    modelId: 'demo',
    supportedUrls: {},
    async doGenerate({ prompt }) {
      const text = composeAnswer(questionIn(prompt), find)
      return { content: [{ type: 'text', text }], finishReason: stop, usage: usageOf([...wordPieces(text)].length), warnings: [] }
    },
    async doStream({ prompt, abortSignal }) {
      const answer = composeAnswer(questionIn(prompt), find)
      const seed = options.seed ?? Date.now() + answers++
      const parts = stream(answer, modelPace(pace, seed), (ms) => wait(ms, abortSignal))
      return { stream: toStream(parts) }
    },
  }
}

async function* stream(
  answer: string,
  pace: Pace,
  wait: (ms: number) => Promise<void>,
): AsyncGenerator<LanguageModelV4StreamPart> {
  let tokens = 0
  yield { type: 'stream-start', warnings: [] }
  yield { type: 'text-start', id: '0' }
  for (const delta of wordPieces(answer)) {
    await wait(pace(delta))
    tokens++
    yield { type: 'text-delta', id: '0', delta }
  }
  yield { type: 'text-end', id: '0' }
  yield { type: 'finish', finishReason: stop, usage: usageOf(tokens) }
}

/** Nothing is made before it is asked for: the pace is the reader's too. */
function toStream<T>(parts: AsyncGenerator<T>): ReadableStream<T> {
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const { done, value } = await parts.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: async () => void (await parts.return(undefined)),
    },
    { highWaterMark: 0 },
  )
}

/** The last thing the user said. */
function questionIn(prompt: LanguageModelV4Prompt): string {
  const last = prompt.findLast((message) => message.role === 'user')
  if (last?.role !== 'user') return ''
  return last.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

function usageOf(tokens: number): LanguageModelV4Usage {
  return {
    inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: tokens, text: tokens, reasoning: 0 },
  }
}

function waitFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
