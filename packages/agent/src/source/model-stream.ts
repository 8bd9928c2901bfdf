import type { FinishReason } from '@streamfold/core'
import { isFields } from './fields.ts'
import type { Piece } from './parts/blocks.ts'
import type { KnownCall } from './parts/calls.ts'
import type { Parts } from './parts/parts.ts'
import { messageOf } from './errors/reported.ts'
import type { Usage } from './usage.ts'
import { addUsage } from './usage.ts'

/** What is known of a model's stream so far; the readers of the vendors' shapes write it. */
export interface ModelStream {
  /** What the stream has given. */
  readonly parts: Parts
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
  /** The stream is that of a provider of the AI SDK itself: inputs of tools are JSON texts. */
  isProviders: boolean
  /** How often a model was asked, as far as marks say it. */
  requests: number
  /** The model that answers, as its provider names it. */
  model: string | undefined
  /** Tokens of the step, as far as they are counted, and of those before. */
  usage: Usage
  usageBefore: Usage
  /** Called with what was left out although it may have held something to show. */
  readonly unknown: (what: string) => void
}

/** @param known the calls of a response that goes on: the next model is asked with their results */
export function createModelStream(parts: Parts, unknown: (what: string) => void, known?: readonly KnownCall[]): ModelStream {
  return {
    parts,
    begun: undefined,
    ended: known !== undefined,
    finish: undefined,
    failure: undefined,
    stepped: false,
    spoken: false,
    reasoning: false,
    tools: false,
    refusal: false,
    running: new Set(known?.flatMap(({ givenAs, isDue }) => (isDue ? [givenAs] : []))),
    block: undefined,
    item: undefined,
    isProviders: false,
    requests: 0,
    model: undefined,
    usage: {},
    usageBefore: {},
    unknown,
  }
}

/** A model is asked, once more where it was before: its end is to come. One that was cut at a limit goes on in its sentence. */
export function begin(stream: ModelStream, vendor: string): void {
  if (stream.ended) {
    if (stream.finish !== 'length') beginStep(stream)
    stream.block = undefined
    stream.spoken = false
  }
  settleUsage(stream)
  stream.running.clear()
  stream.requests++
  stream.begun = vendor
  stream.ended = false
  stream.finish = undefined
}

/** What the step has counted is complete. */
export function settleUsage(stream: ModelStream): void {
  stream.usageBefore = addUsage(stream.usageBefore, stream.usage)
  stream.usage = {}
}

/** Another step begins: its parts are apart from those before. */
export function beginStep(stream: ModelStream): void {
  stream.parts.step()
  separate(stream)
}

/** The next text is of another step, or of another message of the same one. */
export function separate(stream: ModelStream): void {
  stream.stepped = true
  stream.block = undefined
}

/** Text of a block comes: one that goes on is no other step's, whatever has come between. */
export function enterBlock(stream: ModelStream, block: unknown): void {
  if (block !== undefined && block === stream.block) stream.stepped = false
  stream.block = block
}

/** Text of the answer. */
export function say(stream: ModelStream, text: string, piece: Piece = {}): void {
  if (text === '') return
  stream.spoken = true
  stream.parts.text(text, piece, stream.stepped)
  stream.stepped = false
}

/** What the model thinks. */
export function think(stream: ModelStream, text: string, piece: Piece = {}): void {
  stream.reasoning = true
  stream.parts.reasoning(text, piece)
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

/**
 * Says text as vendors write it: a string, nothing at all, or a list of parts of which some are reasoning.
 *
 * @param where names it, should it be none of these
 */
export function sayText(value: unknown, stream: ModelStream, where: string, write: Write = say): void {
  if (typeof value === 'string') return write(stream, value)
  if (value === undefined || value === null) return
  if (Array.isArray(value)) {
    for (const part of value) sayText(part, stream, where, write)
    return
  }
  if (!isFields(value)) return stream.unknown(`${where} is a ${typeof value}`)
  const { type, text } = value
  if (type === 'thinking' || type === 'reasoning') {
    stream.reasoning = true
    sayText(value[type] ?? value['content'] ?? text, stream, where, think)
  } else if (typeof text === 'string') write(stream, text)
  else if (isFields(text) && typeof text['value'] === 'string') write(stream, text['value'])
  else if (type === 'refusal') sayRefusal(value['refusal'], stream)
  // What Mistral cites; the text around it is there.
  else if (type !== 'reference') stream.unknown(`${where} holds a part of type ${JSON.stringify(type)}`)
}

type Write = (stream: ModelStream, text: string) => void

/** Text of a part that is there to hold some. */
export function sayGiven(value: unknown, stream: ModelStream, type: string, write: Write = say): void {
  if (value === undefined) stream.unknown(`a part of type ${JSON.stringify(type)} has no text where it is looked for`)
  sayText(value, stream, type, write)
}

export function sayRefusal(value: unknown, stream: ModelStream): void {
  sayText(value, stream, 'refusal', (to, text) => {
    if (text !== '') to.refusal = true
    say(to, text)
  })
}
