import type { Draft, FinishReason, Headers, ResponseWriter } from '@streamfold/core'
import type { Owner } from './claim.ts'
import type { Interruption } from './interruption.ts'
import type { MessageEnd, MessageStream } from './message-stream.ts'
import { streamMessage } from './message-stream.ts'
import type { Settings, StreamOptions } from './options.ts'
import { createResponseIds } from './response-ids.ts'
import { byteLength, fitting, LONGEST_GRAPHEME } from './utf8.ts'

/** How a response stands, as its headers say it. */
export interface ResponseEnd {
  readonly status: 'streaming' | 'complete' | 'cancelled' | 'failed'
  readonly finish?: FinishReason
  /** What the model gave instead of text, where there is none. */
  readonly empty?: string
  readonly error?: string
}

const streaming: ResponseEnd = { status: 'streaming' }

/** The messages of one response: one, unless it outgrows what the service takes. */
export interface ResponseParts {
  /** All text taken so far. */
  readonly text: string
  /**
   * Makes the first message; resolves with its serial. A stop does not end the retries: what was rejected may exist, and
   * must not be left without an end.
   */
  begin(end: ResponseEnd): Promise<string>
  /** Takes text, beginning a further message when the last is full. Rejects when that cannot be created. */
  push(text: string): Promise<void>
  ready(): Promise<void>
  /** Says that the author is alive, when nothing was sent for `silence` milliseconds. */
  touch(silence: number): void
  /** Puts the text right after somebody else wrote to the last message. */
  disturbed(): void
  finish(end: ResponseEnd): Promise<MessageEnd>
}

/** Room kept for the message's name, its client id, an `error` header and the end of a grapheme, in bytes. */
const RESERVE = 1024 + LONGEST_GRAPHEME
const LONGEST_ERROR = 200

/** @param stop told when the service refuses for good what was written; once it is over, nothing is begun any more */
export function responseParts(
  writer: ResponseWriter,
  options: StreamOptions,
  settings: Settings,
  stop: Pick<Interruption, 'fail' | 'over'>,
): ResponseParts {
  const run = crypto.randomUUID()
  const ids = createResponseIds(options, writer.secret)
  // A full update must fit into one message, or there would be no repair.
  const limit = Math.max(64, (writer.maxMessageSize ?? 65_536) - byteLength(JSON.stringify(headersOf(streaming))) - RESERVE)
  const onLost = (error: unknown): void => stop.fail(error)
  const ends: Promise<MessageEnd>[] = []
  let current: MessageStream | undefined
  let held = ''
  let used = 0
  let text = ''

  function headersOf({ status, finish, empty, error }: ResponseEnd, continues?: string): Headers {
    const { finish: _, empty: _empty, error: _error, ...own } = options.headers ?? {}
    return {
      ...own,
      role: 'assistant',
      status,
      ...(finish !== undefined && { finish }),
      ...(empty !== undefined && { empty }),
      ...(options.replyTo !== undefined && { 'reply-to': options.replyTo }),
      ...(continues !== undefined && { continues }),
      ...(error !== undefined && { error: fitting('', error, LONGEST_ERROR) }),
    }
  }

  let continues: string | undefined
  const headers = (end: ResponseEnd): Headers => headersOf(end, continues)

  /** Under the first id that no user has taken. */
  async function create(draft: Draft): Promise<string> {
    for (;;) {
      const id = ids.current()
      const { serial } = await writer.create({ ...draft, id, mayContinue: async (made) => (await ownerOf(made)) === 'ours' })
      if ((await ownerOf(serial)) !== 'user') return serial
      ids.taken(serial)
    }
  }

  async function ownerOf(serial: string): Promise<Owner> {
    if (options.owner) return options.owner(serial)
    return ids.guessable && (await writer.isUsers?.(serial)) ? 'user' : 'ours'
  }

  async function continueInNext(full: MessageStream): Promise<MessageStream> {
    const fullSerial = await full.opened
    const draft = { text: '', headers: headersOf(streaming, fullSerial), id: `response-${run}-${ends.length + 2}` }
    const open = async (): Promise<string> => (await writer.create(draft)).serial
    const next = streamMessage(writer, open, () => headersOf(streaming, fullSerial), settings, onLost)
    await next.opened
    // Only now: a response must not look complete while its continuation cannot be made.
    ends.push(full.finish(headers({ status: 'complete' })))
    continues = fullSerial
    held = ''
    used = 0
    return (current = next)
  }

  return {
    get text() {
      return text
    },
    async begin(end) {
      const draft = { text: '', headers: headers(end) }
      const { restart } = options
      const open = async (): Promise<string> =>
        restart === undefined ? create(draft) : (await writer.update(restart, draft), restart)
      current = streamMessage(writer, open, () => headersOf(end), settings, onLost)
      return current.opened
    },
    async push(more) {
      let stream = begunOf(current)
      let rest = more
      for (;;) {
        const taken = fitting(held, rest, limit - used)
        used += byteLength(taken)
        held += taken
        text += taken
        if (taken !== '') stream.push(taken)
        rest = rest.slice(taken.length)
        if (rest === '' || stop.over) return
        stream = await continueInNext(stream)
      }
    },
    ready: () => begunOf(current).ready(),
    touch: (silence) => current?.touch(silence),
    disturbed: () => current?.disturbed(),
    async finish(end) {
      ends.push(begunOf(current).finish(headers(end)))
      const all = await Promise.all(ends)
      return { repairs: all.reduce((sum, end) => sum + end.repairs, 0), error: all.find((end) => end.error !== undefined)?.error }
    },
  }
}

function begunOf(stream: MessageStream | undefined): MessageStream {
  if (!stream) throw new Error('unable to stream the response; it has not begun')
  return stream
}
