import { finishReasonOf } from './finish-reasons.ts'
import type { Fields, ModelStream } from './model-stream.ts'
import { begin, called, fail, isFields, readRefusal, readText } from './model-stream.ts'

const VENDOR = 'OpenAI'

/** Whether a piece is a chunk of OpenAI's chat completions, or of one of the many servers that speak alike. */
export function isChunk(piece: Fields, stream: ModelStream): boolean {
  if (Array.isArray(piece['choices'])) return true
  if (typeof piece['type'] === 'string') return false
  const { object } = piece
  if (typeof object === 'string' && /^(?:chat\.completion|text_completion)/.test(object)) return true
  // Chunks without choices carry usage, what a filter says or an error.
  return isFields(piece['usage']) || isFields(piece['x_groq']) || errorIn(piece) !== undefined || stream.begun === VENDOR
}

/** Reads the text of one choice out of chunks: the first that comes, where a model was asked for several. */
export function createChunkReader(): (chunk: Fields, stream: ModelStream) => string {
  let chosen: unknown
  let endedAs: unknown

  function pick(choices: readonly unknown[]): Fields | undefined {
    const found = choices.filter(isFields)
    if (chosen === undefined && found.length > 0) chosen = Math.min(...found.map(indexOf))
    return found.find((choice) => indexOf(choice) === chosen)
  }

  return (chunk, stream) => {
    if (stream.begun === undefined) begin(stream, VENDOR)
    const { choices, id } = chunk
    const choice = Array.isArray(choices) ? pick(choices) : undefined
    if (!choice && !isAccounting(chunk)) stream.unknown('a chunk holds neither choices nor usage')
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
    const failure = errorIn(chunk) ?? (choice && errorIn(choice))
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
  const text = readText(delta['content'], stream, 'content') + readRefusal(delta['refusal'], stream)
  if (hasCalls(delta)) called(stream)
  return text
}

/** A server that does not stream sends a whole message; a completion that is no chat has its text in the choice itself. */
function deltaOf(choice: Fields): Fields | undefined {
  return [choice['delta'], choice['message']].find(isFields)
}

function hasContent(choice: Fields): boolean {
  const { content = choice['text'], ...delta } = deltaOf(choice) ?? {}
  return (content !== undefined && content !== null && content !== '') || hasReasoning(delta) || hasCalls(delta)
}

function hasReasoning({ reasoning_content: content, reasoning = content }: Fields): boolean {
  return typeof reasoning === 'string' && reasoning !== ''
}

/** Some servers have an empty list of calls in every chunk. */
function hasCalls({ tool_calls: calls, function_call: call }: Fields): boolean {
  return (Array.isArray(calls) && calls.length > 0) || isFields(call)
}

function indexOf({ index }: Fields): number {
  return typeof index === 'number' ? index : 0
}

/** What a server reports in the middle of its stream: OpenRouter beside the choices or in one, Groq in fields of its own. */
function errorIn({ error, x_groq: groq }: Fields): unknown {
  if (isFields(error) || (typeof error === 'string' && error !== '')) return error
  return isFields(groq) ? errorIn({ error: groq['error'] }) : undefined
}

function isAccounting(chunk: Fields): boolean {
  return (
    'choices' in chunk ||
    'usage' in chunk ||
    'x_groq' in chunk ||
    errorIn(chunk) !== undefined ||
    typeof chunk['object'] === 'string'
  )
}
