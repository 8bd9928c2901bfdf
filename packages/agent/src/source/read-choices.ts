import { finishReasonOf } from './finish-reasons.ts'
import type { Fields, ModelStream } from './model-stream.ts'
import { begin, called, fail, isFields, readRefusal, readText, saysError } from './model-stream.ts'

const VENDOR = 'OpenAI'

/** Whether it is a chunk of OpenAI's chat completions, or of one of the many servers that speak alike. */
export function isChunk(chunk: Fields, stream: ModelStream): boolean {
  if (Array.isArray(chunk['choices'])) return true
  if (typeof chunk['type'] === 'string') return false
  const { object } = chunk
  if (typeof object === 'string' && /^(?:chat\.completion|text_completion)/.test(object)) return true
  // Chunks without choices carry usage, what a filter says or an error.
  return isFields(chunk['usage']) || isFields(chunk['x_groq']) || errorIn(chunk) !== undefined || stream.begun === VENDOR
}

/** Reads the text of one choice out of chunks: the first that comes, where a model was asked for several. */
export function createChunkReader(): (chunk: Fields, stream: ModelStream) => string {
  let chosen: unknown
  let endedAs: unknown

  function pick(choices: unknown): Fields | undefined {
    const found = listOf(choices).filter(isFields)
    if (chosen === undefined && found.length > 0) chosen = Math.min(...found.map(indexOf))
    return found.find((choice) => indexOf(choice) === chosen)
  }

  return (chunk, stream) => {
    if (stream.begun === undefined) begin(stream, VENDOR)
    const { choices, id } = chunk
    const choice = pick(choices)
    const failure = errorIn(chunk) ?? (choice && errorIn(choice)) ?? (stream.ended ? undefined : saidInstead(chunk))
    if (!choice && !isAccounting(chunk) && failure === undefined) stream.unknown('a chunk holds neither choices nor usage')
    // Behind an end there may still be empty chunks. More than that is another completion, as in a loop of tools.
    const again = stream.ended && (id !== endedAs || stream.finish === 'tool-calls')
    if (choice && again && hasContent(choice)) begin(stream, VENDOR)
    const text = choice ? textOf(choice, stream) : ''
    const finish = choice && finishReasonOf(choice['finish_reason'])
    if (finish) {
      stream.ended = true
      stream.finish = finish
      endedAs = id
    }
    if (failure !== undefined) fail(stream, failure)
    else if (finish === 'error')
      fail(stream, undefined, `the model ended with finish_reason ${String(choice?.['finish_reason'])}`)
    return text
  }
}

function textOf(choice: Fields, stream: ModelStream): string {
  const delta = deltaOf(choice)
  if (!delta) return readText(choice['text'], stream, 'text')
  if (hasReasoning(delta)) stream.reasoning = true
  const { content, refusal, audio } = delta
  const spoken = isFields(audio) ? readText(audio['transcript'], stream, 'transcript') : ''
  const repeats = delta === choice['message'] && stream.spoken
  const text = repeats ? '' : readText(content, stream, 'content') + readRefusal(refusal, stream) + spoken
  if (hasCalls(delta)) called(stream)
  return text
}

/** A server that does not stream sends a whole message; a completion that is no chat has its text in the choice itself. */
function deltaOf({ delta, message }: Fields): Fields | undefined {
  if (typeof delta === 'string') return { content: delta }
  return [delta, message].find(isFields)
}

/** Some languages write a list of one as what is in it, and a list with gaps as an object. */
function listOf(choices: unknown): readonly unknown[] {
  if (Array.isArray(choices)) return choices
  if (!isFields(choices)) return []
  return 'delta' in choices || 'message' in choices || 'text' in choices ? [choices] : Object.values(choices)
}

function hasContent(choice: Fields): boolean {
  const { content = choice['text'], ...delta } = deltaOf(choice) ?? {}
  return (content !== undefined && content !== null && content !== '') || hasReasoning(delta) || hasCalls(delta)
}

/** Each server has a name of its own for it. */
function hasReasoning(delta: Fields): boolean {
  return Object.keys(delta).some((name) => /^(?:reasoning|thinking)/.test(name) && saysError(delta[name]))
}

/** Some servers have an empty list of calls in every chunk. */
function hasCalls({ tool_calls: calls, function_call: call }: Fields): boolean {
  return (Array.isArray(calls) && calls.length > 0) || isFields(call)
}

function indexOf({ index }: Fields): number {
  return Number(index) || 0
}

/** What a server reports in the middle of its stream: OpenRouter beside the choices or in one, Groq in fields of its own. */
export function errorIn(chunk: Fields): unknown {
  const { error, x_groq: groq } = chunk
  // A flag or a number says less than what is beside it.
  if (saysError(error)) return typeof error === 'object' || typeof error === 'string' ? error : chunk
  return isFields(groq) ? errorIn({ error: groq['error'] }) : undefined
}

/** Web frameworks report what failed in words of their own, in place of a chunk. */
function saidInstead(chunk: Fields): unknown {
  const { choices, message, detail } = chunk
  return choices === undefined && [message, detail].some((said) => typeof said === 'string' && said !== '') ? chunk : undefined
}

function isAccounting({ choices, object, ...chunk }: Fields): boolean {
  const readable = choices === null || typeof choices === 'object'
  return readable || 'usage' in chunk || 'x_groq' in chunk || (choices === undefined && typeof object === 'string')
}
