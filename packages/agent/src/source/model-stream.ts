import type { FinishReason } from '@streamfold/core'

export type Fields = Readonly<Record<string, unknown>>

/** What is known of a model's stream so far; the readers of the vendors' shapes write it. */
export interface ModelStream {
  /** The vendor whose protocol marks its end; undefined where a stream may end without a mark. */
  begun: string | undefined
  /** That mark has come. */
  ended: boolean
  /** Why the model ended, of its last step. */
  finish: FinishReason | undefined
  /** What the stream reports as its failure. Text that came with it counts. */
  failure: Error | undefined
  /** The text that comes next belongs to another step than the text before. */
  stepped: boolean
  /** Text has come since the model was asked last: where the whole is given once more, it is no more text. */
  spoken: boolean
  /** The stream held reasoning, calls of tools, words of refusal. */
  reasoning: boolean
  tools: boolean
  refusal: boolean
  /** Ids of the calls that have no result yet. */
  readonly running: Set<unknown>
  /** Names the block of text that is open; undefined where blocks are not named. */
  block: unknown
  /** Names the message of OpenAI's Responses that the last text was of, as the AI SDK hands it on. */
  item: unknown
  /** Names of texts of OpenAI's Responses that have come in part or whole. */
  readonly given: Set<string>
  /** Called with what was left out although it may have held text. */
  readonly unknown: (what: string) => void
}

export function createModelStream(unknown: (what: string) => void): ModelStream {
  return {
    begun: undefined,
    ended: false,
    finish: undefined,
    failure: undefined,
    stepped: false,
    spoken: false,
    reasoning: false,
    tools: false,
    refusal: false,
    running: new Set(),
    block: undefined,
    item: undefined,
    given: new Set(),
    unknown,
  }
}

/** A model is asked, once more where it was before: its end is to come. One that was cut at a limit goes on in its sentence. */
export function begin(stream: ModelStream, vendor: string): void {
  if (stream.ended) {
    if (stream.finish !== 'length') beginStep(stream)
    stream.block = undefined
    stream.spoken = false
    stream.given.clear()
  }
  stream.running.clear()
  stream.begun = vendor
  stream.ended = false
  stream.finish = undefined
}

export function beginStep(stream: ModelStream): void {
  stream.stepped = true
  stream.block = undefined
}

/** Text of a block comes: one that goes on is no other step's, whatever has come between. */
export function writeBlock(stream: ModelStream, block: unknown): void {
  if (block !== undefined && block === stream.block) stream.stepped = false
  stream.block = block
}

/** A tool is called: text behind it is another step's. */
export function called(stream: ModelStream): void {
  stream.tools = true
  stream.stepped = true
}

/** The stream's own account of its failure, as an error: vendors' packages hand out plain objects too. */
export function fail(stream: ModelStream, reported: unknown, otherwise = 'the model failed'): void {
  stream.failure ??= reported instanceof Error ? reported : new Error(messageOf(reported) || otherwise, { cause: reported })
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Servers that leave nothing out write an error into every chunk, without anything in it. */
export function saysError(error: unknown): boolean {
  if (typeof error === 'object' && error !== null) return Object.values(error).some(saysError)
  return Boolean(error)
}

/** Whichever of them says something, in the order in which people understand it. */
const saying = ['message', 'text', 'error', 'errorText', 'detail', 'errors', 'code']

/** What a reported failure says, in whatever shape; empty where it says nothing. */
export function messageOf(reported: unknown): string {
  if (typeof reported === 'string') return reported
  if (Array.isArray(reported)) return messageOf(reported[0])
  if (!isFields(reported)) return ''
  for (const name of saying) {
    const message = messageOf(reported[name])
    if (message !== '') return message
  }
  return ''
}

/**
 * Text as vendors write it: a string, nothing at all, or a list of parts of which some are reasoning.
 *
 * @param where names it, should it be none of these
 */
export function readText(value: unknown, stream: ModelStream, where: string): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map((part) => readText(part, stream, where)).join('')
  if (isFields(value)) {
    const { type } = value
    if (type === 'thinking' || type === 'reasoning') {
      stream.reasoning = true
      return ''
    }
    const { text } = value
    if (typeof text === 'string') return text
    if (isFields(text) && typeof text['value'] === 'string') return text['value']
    if (type === 'refusal') return readRefusal(value['refusal'], stream)
    // What Mistral cites; the text around it is there.
    if (type === 'reference') return ''
    stream.unknown(`${where} holds a part of type ${JSON.stringify(type)}`)
    return ''
  }
  stream.unknown(`${where} is a ${typeof value}`)
  return ''
}

/** Text of a part that is there to hold some. */
export function readGiven(value: unknown, stream: ModelStream, type: string): string {
  if (value === undefined) stream.unknown(`a part of type ${JSON.stringify(type)} has no text where it is looked for`)
  return readText(value, stream, type)
}

export function readRefusal(value: unknown, stream: ModelStream): string {
  const text = readText(value, stream, 'refusal')
  if (text !== '') stream.refusal = true
  return text
}
