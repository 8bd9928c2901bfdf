import type { FinishReason, Headers } from '@streamfold/core'
import type { Draft, ResponseWriter } from '@streamfold/core/transport'
import type { Owner } from './owner.ts'
import type { DataPiece } from '../parts/frame-writer.ts'
import type { MessageEnd, MessageStream } from '../write/message-stream.ts'
import { streamMessage } from '../write/message-stream.ts'
import { checkHeaders } from '../../serve/check-arguments.ts'
import type { Settings, StreamOptions } from '../options/options.ts'
import type { Resumed } from './resumed.ts'
import type { Rewrite } from './rewrite.ts'
import { createResponseIds } from '../../serve/claim/response-ids.ts'
import { emptyMessage, fitPiece, openMessage } from './split-response.ts'
import { byteLength, fitting, LONGEST_GRAPHEME } from './utf8.ts'
import type { WrittenMessage } from './written-response.ts'

/** How a response stands, as its headers say it. */
export interface ResponseEnd {
  readonly status: 'streaming' | 'waiting' | 'complete' | 'cancelled' | 'failed'
  readonly finish?: FinishReason
  /** What the model gave, if readers see none of it. */
  readonly empty?: string
  readonly error?: string
}

const streaming: ResponseEnd = { status: 'streaming' }

/** The messages of one response: one, unless it outgrows what the service takes. */
export interface MessageChain {
  /** What was written so far, message by message. */
  readonly written: readonly WrittenMessage[]
  /** Bytes that the data of one message may take. */
  readonly limit: number
  /**
   * Makes the first message; resolves with its serial. A stop does not end the retries: what was rejected may exist, and
   * must not be left without an end. A response that goes on begins with what is held behind what it has.
   */
  begin(end: ResponseEnd): Promise<string>
  /** Takes pieces with which the first message begins: before `begin`. */
  hold(pieces: readonly DataPiece[]): void
  /**
   * Takes pieces, beginning a further message when the last is full: then there is a promise, which rejects when that cannot be created.
   *
   * @throws RangeError when a head fits into no message
   */
  push(pieces: readonly DataPiece[]): Promise<void> | undefined
  ready(): Promise<void>
  /** Resolves when the service holds all that was pushed so far; rejects when it never will. */
  settled(): Promise<void>
  /** Sends an empty append where nothing was sent for `silence` milliseconds. */
  sendHeartbeat(silence: number): void
  /** Adds headers to the last message, and to those after it. @throws RangeError, TypeError when they are too long, or not text */
  annotate(headers: Headers): void
  /** From now on the message is known to be this agent's: until then nothing is added to it. As `push`. */
  confirmed(): Promise<void> | undefined
  /** Repairs the text after another writer has changed the last message. */
  disturbed(): void
  finish(end: ResponseEnd): Promise<MessageEnd>
}

/** Room kept for the message's name, its client id, an `error` header and the end of a grapheme, in bytes. */
const RESERVE = 1024 + LONGEST_GRAPHEME
const LONGEST_ERROR = 200
/** Room kept for headers that are added while the response is written, in bytes: at most this, and less in small messages. */
const NOTES = 2_048

/**
 * @param resumed the response that goes on, in place of a new one
 * @param rewrite the response that is written again, as far as an earlier attempt had come
 * @param stop fails when the service rejects permanently what was written; once it is over, nothing is begun any more
 */
export function createMessageChain(
  writer: ResponseWriter,
  options: StreamOptions,
  settings: Settings,
  stop: { readonly over: boolean; fail(error: unknown): void },
  resumed?: Resumed,
  rewrite?: Rewrite,
): MessageChain {
  const run = crypto.randomUUID()
  const ids = createResponseIds(options, writer.secret)
  const size = writer.maxMessageSize ?? 65_536
  const room = Math.min(NOTES, Math.floor(size / 16))
  let notes: Headers = {}
  let isConfirmed = false
  /** How the last message stands, as the headers of its next operation say. */
  let standing = streaming
  let message = emptyMessage(0)
  // A full update must fit into one message, or there would be no repair.
  const limit = Math.max(64, size - byteLength(JSON.stringify(headersOf(streaming))) - RESERVE - room)
  const onLost = (error: unknown): void => stop.fail(error)
  const ends: Promise<MessageEnd>[] = []
  let current: MessageStream | undefined
  const full: WrittenMessage[] = [...(resumed?.full ?? [])]
  const replaced = resumed?.serial ?? options.restart
  /** Pieces that did not fit into the message with which the response begins. */
  const owed: DataPiece[] = []
  /** Messages that continued the one that is written again: they are empty until it continues in them. */
  const spare: { readonly stream: MessageStream; readonly continues: string }[] = []
  message = resumed ? openMessage(limit, resumed.data) : emptyMessage(limit)

  function headersOf(
    { status, finish, empty, error }: ResponseEnd,
    continues?: string,
    isFramed: boolean = message.isFramed,
  ): Headers {
    return {
      ...resumed?.headers,
      ...options.headers,
      ...notes,
      role: 'assistant',
      status,
      ...(finish !== undefined && { finish }),
      ...(empty !== undefined && { empty }),
      ...(options.replyTo !== undefined && { 'reply-to': options.replyTo }),
      ...(continues !== undefined && { continues }),
      ...(isFramed && { format: 'parts/1' }),
      ...(settings.observing?.traceparent !== undefined && { traceparent: settings.observing.traceparent }),
      ...(error !== undefined && { error: fitting('', error, LONGEST_ERROR) }),
    }
  }

  let continues = resumed?.continues
  /** Why a further message was given up: it may exist all the same, and then it has no end. */
  let unmade: unknown

  /** @param final called when the last operation goes out */
  function finishMessage(stream: MessageStream, final: () => Headers): void {
    ends.push(stream.finish(final))
  }

  /** Under the first id that no user has taken. */
  async function create(draft: Draft): Promise<string> {
    for (;;) {
      const id = ids.current()
      const { guessable } = ids
      const ownerOf = (made: string): Promise<Owner> => findOwner(made, guessable)
      const { serial } = await writer.create({ ...draft, id, mayContinue: async (made) => (await ownerOf(made)) === 'ours' })
      const owner = await ownerOf(serial)
      if (owner === 'unknown') ids.unreadable(serial)
      else if (owner === 'user') ids.taken(serial)
      else return serial
    }
  }

  async function findOwner(serial: string, guessable: boolean): Promise<Owner> {
    if (options.owner) return options.owner(serial, guessable)
    return guessable && (await writer.isUsers?.(serial)) ? 'user' : 'ours'
  }

  async function continueInNext(before: MessageStream): Promise<void> {
    const fullSerial = await before.opened
    const next = spare.shift()?.stream ?? createNext(fullSerial)
    next.setHeaders(headersOf(streaming, fullSerial))
    await next.opened.catch((error: unknown) => {
      unmade = error
      throw error
    })
    // Only now: a response must not look complete while its continuation cannot be made.
    const { isFramed } = message
    const continued = continues
    finishMessage(before, () => headersOf({ status: 'complete' }, continued, isFramed))
    continues = fullSerial
    full.push(message)
    message = emptyMessage(limit, message.isFramed)
    current = next
  }

  function createNext(fullSerial: string): MessageStream {
    const id = `response-${run}-${ends.length + 2}`
    const open = async (headers: Headers): Promise<string> => (await writer.create({ text: '', headers, id })).serial
    return streamMessage(writer, open, headersOf(streaming, fullSerial), settings, onLost)
  }

  /** Takes the text of an earlier attempt out of the messages behind the first. */
  function vacate(first: string, further: readonly string[]): void {
    for (const [at, serial] of further.entries()) {
      async function open(headers: Headers): Promise<string> {
        await writer.update(serial, { text: '', headers, metadata: { len: 0 } })
        return serial
      }
      const before = further[at - 1] ?? first
      spare.push({
        stream: streamMessage(writer, open, headersOf(streaming, before), settings, onLost),
        continues: before,
      })
    }
  }

  function push(pieces: readonly DataPiece[]): Promise<void> | undefined {
    const stream = begunOf(current)
    for (const [at, piece] of pieces.entries()) {
      const rest = add(stream, piece)
      if (rest.length === 0) continue
      return stop.over ? undefined : continueInNext(stream).then(() => push([...rest, ...pieces.slice(at + 1)]))
    }
    return undefined
  }

  /** Fits pieces into the message that is to be written. @returns what did not fit */
  function fitAll(pieces: readonly DataPiece[]): readonly DataPiece[] {
    for (const [at, piece] of pieces.entries()) {
      const fitted = fitPiece(message, piece)
      message = fitted.message
      if (fitted.rest.length > 0) return [...fitted.rest, ...pieces.slice(at + 1)]
    }
    return []
  }

  /** @returns what did not fit */
  function add(stream: MessageStream, piece: DataPiece): readonly DataPiece[] {
    const { isFramed } = message
    const fitted = fitPiece(message, piece)
    message = fitted.message
    const headers = message.isFramed === isFramed ? undefined : headersOf(standing, continues)
    if (headers && fitted.replaced !== undefined) stream.rewrite(message.data, headers)
    else if (fitted.added !== '') stream.push(fitted.added, headers)
    return fitted.rest
  }

  return {
    get written() {
      return [...full, message]
    },
    limit,
    hold(pieces) {
      // A create is not repeated with other contents, and what is created is no one's until it is confirmed.
      owed.push(...(replaced === undefined || owed.length > 0 ? pieces : fitAll(pieces)))
    },
    async begin(end) {
      const { data: text } = message
      async function open(headers: Headers): Promise<string> {
        const draft = { text, headers }
        if (replaced === undefined) return create(draft)
        await writer.update(replaced, { ...draft, metadata: { len: text.length } })
        return replaced
      }
      current = streamMessage(writer, open, headersOf((standing = end), continues), settings, onLost, text)
      return current.opened
    },
    push,
    ready: () => begunOf(current).ready(),
    settled: () => begunOf(current).settled(),
    sendHeartbeat: (silence) => current?.sendHeartbeat(silence),
    annotate(more) {
      checkHeaders('annotate the response', more)
      const next = { ...notes, ...more }
      if (byteLength(JSON.stringify(next)) > room)
        throw new RangeError(`unable to annotate the response; its added headers take more than ${room} bytes: give shorter ones`)
      notes = next
      if (isConfirmed) current?.setHeaders(headersOf(standing, continues))
    },
    confirmed() {
      isConfirmed = true
      current?.setHeaders(headersOf(standing, continues))
      if (rewrite && replaced !== undefined) vacate(replaced, rewrite.further)
      return push(owed.splice(0))
    },
    disturbed: () => current?.disturbed(),
    async finish(end) {
      // Until the last operation goes out an added header must not bring the end with it.
      finishMessage(begunOf(current), () => headersOf((standing = end), continues))
      for (const { stream, continues: before } of spare.splice(0)) finishMessage(stream, () => headersOf(end, before))
      const all = await Promise.all(ends)
      return {
        repairs: all.reduce((sum, end) => sum + end.repairs, 0),
        error: unmade ?? all.find((end) => end.error !== undefined)?.error,
      }
    },
  }
}

function begunOf(stream: MessageStream | undefined): MessageStream {
  if (!stream) throw new Error('unable to stream the response; it has not begun')
  return stream
}
