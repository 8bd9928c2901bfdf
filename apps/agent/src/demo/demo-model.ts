import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Citation,
  LanguageModelV4FinishReason,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider'
import { randomUUID } from 'node:crypto'
import type { ChartRow } from '../tools/emitter.ts'
import { composeAnswer, signed, varied } from './compose-answer.ts'
import type { Finding } from './compose-findings.ts'
import { composeFindings, quotedPages } from './compose-findings.ts'
import { describeFiles } from './describe-files.ts'
import { createFindPassage } from './find-passage.ts'
import { readKnowledge } from './knowledge.ts'
import type { Pace } from './pace.ts'
import { modelPace } from './pace.ts'
import type { PlannedCall } from './plan.ts'
import { planFor } from './plan.ts'
import { attemptMarked } from './prompt-mark.ts'
import { wordPieces } from './word-pieces.ts'

export interface DemoModelOptions {
  /** Scales the pauses between tokens; 0 is as fast as possible. Default 1. */
  readonly pace?: number
  /** The same seed gives the same pauses. Default: different for each answer. */
  readonly seed?: number
  /** Rows for a chart, where the question has no numbers. Default none. */
  readonly sample?: readonly ChartRow[]
  /** Waits; rejects when the signal aborts. Default: by the system's clock. */
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}

const stop: LanguageModelV4FinishReason = { unified: 'stop', raw: 'stop' }
const toolCalls: LanguageModelV4FinishReason = { unified: 'tool-calls', raw: 'tool-calls' }

/** What the model does next: it thinks, and then calls tools or answers. */
interface Turn {
  readonly reasoning: string
  readonly calls: readonly (PlannedCall & { readonly id: string })[]
  readonly text: string
  /** Where the text quotes pages. */
  readonly citations: LanguageModelV4Citation[]
}

/**
 * A language model without a network or a key: it answers from a bundled text, at a model's pace, and calls the tools that a question is for.
 */
export function createDemoModel(options: DemoModelOptions = {}): LanguageModelV4 {
  const { pace = 1, sample, wait = waitFor } = options
  const find = createFindPassage(readKnowledge())
  let answers = 0

  function turnFor({ prompt, tools = [] }: LanguageModelV4CallOptions): Turn {
    const { questions, since, attempt } = runIn(prompt)
    const findings = findingsIn(since)
    const given = new Set(tools.map(({ name }) => name))
    const called = new Set(callsIn(since).map(({ toolName, input }) => keyOf(toolName, input)))
    const plans = questions.map((question) => planFor(question, sample))
    const due = plans
      .flatMap(({ calls }) => calls)
      .filter(({ tool, input }) => given.has(tool) && !called.has(keyOf(tool, input)))
    const reasoning = plans.at(-1)?.reasoning ?? ''
    if (due.length > 0)
      return { reasoning, calls: due.map((call) => ({ ...call, id: `call_${randomUUID()}` })), text: '', citations: [] }
    const found = composeFindings(findings)
    // A question that was added while the tools ran, and that needs none.
    const added = questions.filter((_, at) => plans[at]!.calls.length === 0).map((question) => find(question)?.text ?? '')
    const answered = [found, ...(found === '' ? [] : added)].filter((text) => text !== '').join('\n\n')
    if (answered !== '') {
      const text = signed(varied(answered, attempt), attempt)
      return { reasoning: '', calls: [], text, citations: quotedPages(findings, text) }
    }
    const question = questions.at(-1) ?? ''
    const planned = plans.some(({ calls }) => calls.length > 0)
    const text = composeAnswer(question, find, { received: describeFiles(since), attempt })
    return { reasoning: planned ? '' : reasoning, calls: [], text, citations: [] }
  }

  return {
    specificationVersion: 'v4',
    provider: 'streamfold',
    modelId: 'demo',
    supportedUrls: {},
    async doGenerate(asked) {
      const { reasoning, calls, text } = turnFor(asked)
      return {
        content: [
          ...(reasoning === '' ? [] : [{ type: 'reasoning', text: reasoning } as const]),
          ...calls.map(
            ({ id, tool, input }) =>
              ({ type: 'tool-call', toolCallId: id, toolName: tool, input: JSON.stringify(input) }) as const,
          ),
          ...(text === '' ? [] : [{ type: 'text', text } as const]),
        ],
        finishReason: calls.length > 0 ? toolCalls : stop,
        usage: usageOf([...wordPieces(text)].length, [...wordPieces(reasoning)].length),
        warnings: [],
      }
    },
    async doStream(asked) {
      const seed = options.seed ?? Date.now() + answers++
      const parts = stream(turnFor(asked), modelPace(pace, seed), (ms) => wait(ms, asked.abortSignal))
      return { stream: toStream(parts) }
    },
  }
}

async function* stream(
  { reasoning, calls, text, citations }: Turn,
  pace: Pace,
  wait: (ms: number) => Promise<void>,
): AsyncGenerator<LanguageModelV4StreamPart> {
  const tokens = { reasoning: 0, text: 0 }
  yield { type: 'stream-start', warnings: [] }
  if (reasoning !== '') {
    yield { type: 'reasoning-start', id: 'r' }
    for (const delta of wordPieces(reasoning)) {
      await wait(pace(delta))
      tokens.reasoning++
      yield { type: 'reasoning-delta', id: 'r', delta }
    }
    yield { type: 'reasoning-end', id: 'r' }
  }
  for await (const part of callsOf(calls, async (delta) => (tokens.text++, wait(pace(delta))))) yield part
  if (text !== '') {
    yield { type: 'text-start', id: '0' }
    for (const delta of wordPieces(text)) {
      await wait(pace(delta))
      tokens.text++
      yield { type: 'text-delta', id: '0', delta }
    }
    yield { type: 'text-end', id: '0', ...(citations.length > 0 && { citations }) }
  }
  yield { type: 'finish', finishReason: calls.length > 0 ? toolCalls : stop, usage: usageOf(tokens.text, tokens.reasoning) }
}

/** The inputs of all calls at the same time, a piece of each in turn. */
async function* callsOf(calls: Turn['calls'], wait: (delta: string) => Promise<void>): AsyncGenerator<LanguageModelV4StreamPart> {
  const open = calls.map(({ id, tool, input }) => ({
    id,
    tool,
    json: JSON.stringify(input),
    pieces: wordPieces(JSON.stringify(input)),
  }))
  for (const { id, tool } of open) yield { type: 'tool-input-start', id, toolName: tool }
  for (let call = open.shift(); call; call = open.shift()) {
    const { value: delta } = call.pieces.next()
    if (typeof delta === 'string') {
      await wait(delta)
      yield { type: 'tool-input-delta', id: call.id, delta }
      open.push(call)
    } else {
      yield { type: 'tool-input-end', id: call.id }
      yield { type: 'tool-call', toolCallId: call.id, toolName: call.tool, input: call.json }
    }
  }
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

/** The answer that is being written: what it is for, and what it holds so far. */
interface Run {
  /** The user's question, and what the user added while the tools ran. */
  readonly questions: readonly string[]
  readonly since: LanguageModelV4Prompt
  /** How often it was asked for. */
  readonly attempt: number
}

function runIn(prompt: LanguageModelV4Prompt): Run {
  const marked = prompt.findLastIndex((message) => attemptMarked(message) !== undefined)
  const first = marked < 0 ? prompt.findLastIndex(({ role }) => role === 'user') : marked
  const since = prompt.slice(Math.max(0, first))
  return { questions: since.flatMap(questionIn), since, attempt: (since[0] && attemptMarked(since[0])) ?? 1 }
}

function questionIn(message: LanguageModelV4Prompt[number]): readonly string[] {
  if (message.role !== 'user') return []
  return [message.content.map((part) => (part.type === 'text' ? part.text : '')).join('')]
}

function callsIn(since: LanguageModelV4Prompt): readonly LanguageModelV4ToolCallPart[] {
  return since.flatMap(({ role, content }) =>
    role === 'assistant' ? content.filter((part): part is LanguageModelV4ToolCallPart => part.type === 'tool-call') : [],
  )
}

/** Two calls with the same tool and input are one order. */
function keyOf(tool: string, input: unknown): string {
  return `${tool} ${JSON.stringify(input)}`
}

/** Results of the tools that were called. */
function findingsIn(since: LanguageModelV4Prompt): readonly Finding[] {
  const inputs = new Map(callsIn(since).map(({ toolCallId, input }) => [toolCallId, input]))
  return since.flatMap(({ role, content }) =>
    role === 'tool'
      ? content.flatMap((part) => (part.type === 'tool-result' ? [findingOf(part, inputs.get(part.toolCallId))] : []))
      : [],
  )
}

function findingOf({ toolName, output }: LanguageModelV4ToolResultPart, input: unknown): Finding {
  const base = { tool: toolName, input }
  switch (output.type) {
    case 'json':
    case 'text':
      return { ...base, output: output.value, error: undefined }
    case 'error-text':
      return { ...base, output: undefined, error: output.value }
    case 'execution-denied':
      return { ...base, output: undefined, error: output.reason, denied: true }
    default:
      return { ...base, output: undefined, error: 'it gave no result' }
  }
}

function usageOf(text: number, reasoning: number): LanguageModelV4Usage {
  return {
    inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: text + reasoning, text, reasoning },
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
