import { readAnnotation } from './read-annotation.ts'
import type { CallReader } from './read-choice-calls.ts'
import { createCallReader } from './read-choice-calls.ts'
import type { Fields } from '../fields.ts'
import { defined, fieldsIn, isFields, textIn } from '../fields.ts'
import { finishReasonOf } from '../finish-reasons.ts'
import type { ModelStream } from '../model-stream.ts'
import { begin, called, fail, sayRefusal, sayText, think } from '../model-stream.ts'
import { readReasoning } from './read-reasoning.ts'
import { saysError } from '../errors/reported.ts'
import { usageIn } from '../usage.ts'

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

/** Reads one choice out of chunks: the first that comes, where a model was asked for several. */
export function createChunkReader(): (chunk: Fields, stream: ModelStream) => void {
  let chosen: unknown
  let endedAs: unknown
  let calls: CallReader = createCallReader()
  /** Something has come since the model was asked: a whole message repeats it. */
  let hasCome = false

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
    if (choice && again && hasContent(choice)) {
      begin(stream, VENDOR)
      calls = createCallReader()
      hasCome = false
    }
    account(chunk, stream)
    if (choice) readChoice(choice, calls, hasCome, stream)
    hasCome ||= choice !== undefined && hasContent(choice)
    readPages(chunk, stream)
    const finish = choice && finishReasonOf(choice['finish_reason'])
    if (finish) {
      stream.ended = true
      stream.finish = finish
      endedAs = id
      calls.end(finish, stream)
    }
    if (failure !== undefined) fail(stream, failure)
    else if (finish === 'error')
      fail(stream, undefined, `the model ended with finish_reason ${String(choice?.['finish_reason'])}`)
  }
}

/** Each chunk may have the tokens so far. */
function account({ usage, model, x_groq: groq }: Fields, stream: ModelStream): void {
  stream.model = textIn(model) ?? stream.model
  const counted = usageIn(isFields(usage) ? usage : isFields(groq) ? groq['usage'] : undefined)
  if (Object.keys(counted).length > 0) stream.usage = counted
}

/** Perplexity lists the pages that it has read beside the choices, in every chunk. */
function readPages({ citations, search_results: results }: Fields, { parts }: ModelStream): void {
  for (const { url, title } of fieldsIn(results)) {
    const address = textIn(url)
    if (address !== undefined) parts.source(defined({ url: address, title: textIn(title) }))
  }
  for (const url of Array.isArray(citations) ? citations : []) if (typeof url === 'string' && url !== '') parts.source({ url })
}

function readChoice(choice: Fields, calls: CallReader, hasCome: boolean, stream: ModelStream): void {
  const delta = deltaOf(choice)
  if (!delta) return sayText(choice['text'], stream, 'text')
  const repeats = delta === choice['message'] && hasCome
  if (hasReasoning(delta)) {
    stream.reasoning = true
    if (!repeats) think(stream, readReasoning(delta))
  }
  const { content, refusal, audio, annotations, images } = delta
  if (!repeats) {
    sayText(content, stream, 'content')
    sayRefusal(refusal, stream)
  }
  if (isFields(audio)) sayText(audio['transcript'], stream, 'transcript')
  if (!repeats) for (const annotation of fieldsIn(annotations)) readAnnotation(annotation, stream.parts)
  if (!repeats) for (const image of fieldsIn(images)) readImage(image, stream)
  if (!hasCalls(delta) || (repeats && calls.hasCalls)) return
  called(stream)
  calls.read(delta, stream)
}

/** OpenRouter's images. */
function readImage({ image_url: image }: Fields, { parts }: ModelStream): void {
  const url = textIn(isFields(image) ? image['url'] : image)
  if (url !== undefined) parts.file({ mediaType: /^data:([^;,]+)/.exec(url)?.[1] ?? 'image/*', url })
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
