import type { FinishReason } from '@streamfold/core'
import type { KnownCall } from './parts/calls.ts'
import { fieldsIn, isFields } from './fields.ts'
import { createModelStream, fail, say, settleUsage } from './model-stream.ts'
import type { ModelStream } from './model-stream.ts'
import type { PartChunk } from './parts/part-chunk.ts'
import { createParts } from './parts/parts.ts'
import { createChunkReader, errorIn, isChunk } from './openai/read-choices.ts'
import { createMessageReader } from './anthropic/read-message.ts'
import type { ModelAccount } from '../observe/source-calls.ts'
import { addUsage } from './usage.ts'
import { readPart } from './read-part.ts'
import { createResponseReader } from './openai/read-response.ts'

/**
 * What a model's stream yields: text, or a part of a stream of the AI SDK (`stream`, `fullStream`), of OpenAI (Responses and chat
 * completions) or of Anthropic (Messages), as their own packages hand it out. Nothing (null, undefined) is no text.
 */
export type Chunk = string | ToolChunk | { readonly type: string } | { readonly choices: readonly unknown[] } | null | undefined

/** What a loop of one's own yields of a call: that it is made, that a person must approve it, and its result. */
export type ToolChunk =
  | { readonly type: 'tool-call'; readonly toolCallId: string; readonly toolName: string; readonly input: unknown }
  | {
      readonly type: 'tool-approval-request'
      readonly toolCallId: string
      readonly approvalId: string
      /** Why it is asked. */
      readonly reason?: string
    }
  | { readonly type: 'tool-result'; readonly toolCallId: string; readonly output: unknown }
  | { readonly type: 'tool-error'; readonly toolCallId: string; readonly error: unknown }

/** What a stream came to. */
export interface StreamEnd {
  /** Undefined where the stream does not say it, as text alone. */
  readonly finish: FinishReason | undefined
  /** What there was instead of text, for an answer without any. */
  readonly instead: 'reasoning' | 'tools' | 'nothing'
}

/** Reads parts out of chunks. */
export interface PieceReader {
  /** What a chunk adds. @throws when it is none */
  read(chunk: unknown): readonly PartChunk[]
  /** A tool has been called and has not given its result: the model waits for it. */
  readonly inTool: boolean
  /** What the stream has reported as its failure. */
  readonly failure: Error | undefined
  /** What is known of its model now. */
  readonly account: ModelAccount
  /** What the stream came to, and what it says with its end. @throws when it has ended although its model had not. */
  end(): { readonly end: StreamEnd; readonly parts: readonly PartChunk[] }
}

/**
 * @param describe gives the sentence that readers see for a tool that failed
 * @param unknown called once, with what was left out although it may have held something to show
 * @param known the calls of a response that goes on
 */
export function createPieceReader(
  describe: (error: Error) => string,
  unknown: (what: string) => void,
  known?: readonly KnownCall[],
): PieceReader {
  let told = false
  function tell(what: string): void {
    if (!told) unknown(what)
    told = true
  }
  const parts = createParts(describe, tell, known)
  const stream = createModelStream(parts, tell, known)
  const readChunk = createChunkReader()
  const readers = { message: createMessageReader(), response: createResponseReader() }

  function read(chunk: unknown): void {
    if (typeof chunk === 'string') return say(stream, chunk)
    if (chunk === null || chunk === undefined) return
    // Gemini's servers put an error into a list.
    const failures = fieldsIn(chunk).find((each) => errorIn(each) !== undefined)
    if (failures) return fail(stream, failures)
    if (!isFields(chunk) || isBytes(chunk)) throw unreadable(chunk)
    if (chunk['object'] === 'response') return readers.response.readWhole(chunk, stream)
    // vLLM's, whose type is the kind of error.
    if (chunk['object'] === 'error') return fail(stream, chunk)
    if (isChunk(chunk, stream)) return readChunk(chunk, stream)
    const { type } = chunk
    if (typeof type !== 'string') throw unreadable(chunk)
    readPart(type, chunk, stream, readers)
  }

  return {
    get inTool() {
      // A loop over a vendor's streams runs its tools between them.
      return stream.running.size > 0 || (stream.ended && stream.finish === 'tool-calls')
    },
    get failure() {
      return stream.failure
    },
    get account() {
      const { requests, model, finish, usageBefore, usage } = stream
      return { requests, model, finish, usageBefore, usage: addUsage(usageBefore, usage) }
    },
    read(chunk) {
      read(chunk)
      return parts.take()
    },
    end() {
      const { begun, ended, finish, refusal } = stream
      // A connection that is closed too soon ends the vendors' streams without an error.
      if (begun !== undefined && !ended) throw new Error(`the stream from ${begun} ended before the model did`)
      const declined = refusal && (finish === undefined || finish === 'stop')
      account(stream)
      return {
        end: {
          finish: declined ? 'content-filter' : finish,
          instead: stream.tools ? 'tools' : stream.reasoning ? 'reasoning' : 'nothing',
        },
        parts: parts.take(),
      }
    },
  }
}

/** The model and its tokens become metadata. A response of text alone stays text alone. */
function account(stream: ModelStream): void {
  settleUsage(stream)
  const { model, usageBefore: usage, parts } = stream
  const isCounted = Object.keys(usage).length > 0
  if (parts.isFramed && (isCounted || model !== undefined))
    parts.meta({ ...(model !== undefined && { model }), ...(isCounted && { usage }) })
}

function isBytes(value: object): boolean {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer
}

function unreadable(value: unknown): TypeError {
  const hint =
    typeof value === 'object' && value !== null && isBytes(value)
      ? 'decode it with TextDecoderStream'
      : 'yield text, or a part as the packages of the AI SDK, OpenAI or Anthropic give it'
  return new TypeError(`unable to read the model’s stream; it yielded ${nameOf(value)}: ${hint}`)
}

/** Names a value without what it holds, which may be secret. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Symbol.iterator in value && !isBytes(value)) return 'an iterable that is not async'
  const name: unknown = value.constructor?.name
  if (typeof name === 'string' && name !== '' && name !== 'Object') return `a ${name}`
  const keys = Object.keys(value)
  if (keys.length === 0) return 'an empty object'
  return `an object with ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ' and more' : ''}`
}
