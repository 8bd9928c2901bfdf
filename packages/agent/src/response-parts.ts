import type { Headers, ResponseWriter } from '@streamfold/core'
import type { Interruption } from './interruption.ts'
import type { MessageEnd, MessageStream } from './message-stream.ts'
import { streamMessage } from './message-stream.ts'
import type { Settings, StreamOptions } from './options.ts'
import { responseId } from './response-id.ts'
import { byteLength, fitting, LONGEST_GRAPHEME } from './utf8.ts'

type Status = 'streaming' | 'complete' | 'cancelled' | 'failed'

/** The messages of one response: one, unless it outgrows what the service takes. */
export interface ResponseParts {
  /** All text taken so far. */
  readonly text: string
  /**
   * Makes the first message; resolves with its serial. A stop does not end the retries: what was rejected may exist, and
   * must not be left without an end.
   */
  begin(status: Status, error?: string): Promise<string>
  /** Takes text, beginning a further message when the last is full. Rejects when that cannot be created. */
  push(text: string): Promise<void>
  ready(): Promise<void>
  /** Says that the author is alive, when nothing was sent for `silence` milliseconds. */
  touch(silence: number): void
  /** Puts the text right after somebody else wrote to the last message. */
  disturbed(): void
  finish(status: Status, error?: string): Promise<MessageEnd>
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
  const id = options.id ?? (options.replyTo === undefined ? `response-${run}` : responseId(options.replyTo))
  // A full update must fit into one message, or there would be no repair.
  const limit = Math.max(64, (writer.maxMessageSize ?? 65_536) - byteLength(JSON.stringify(headersOf('streaming'))) - RESERVE)
  const onLost = (error: unknown): void => stop.fail(error)
  const ends: Promise<MessageEnd>[] = []
  let current: MessageStream | undefined
  let held = ''
  let used = 0
  let text = ''

  function headersOf(status: Status, error?: string, continues?: string): Headers {
    return {
      ...options.headers,
      role: 'assistant',
      status,
      ...(options.replyTo !== undefined && { 'reply-to': options.replyTo }),
      ...(continues !== undefined && { continues }),
      ...(error !== undefined && { error: fitting('', error, LONGEST_ERROR) }),
    }
  }

  let continues: string | undefined
  const headers = (status: Status, error?: string): Headers => headersOf(status, error, continues)

  async function continueInNext(full: MessageStream): Promise<MessageStream> {
    const fullSerial = await full.opened
    const draft = { text: '', headers: headersOf('streaming', undefined, fullSerial), id: `${id}-${ends.length + 2}-${run}` }
    const open = async (): Promise<string> => (await writer.create(draft)).serial
    const next = streamMessage(writer, open, () => headersOf('streaming', undefined, fullSerial), settings, onLost)
    await next.opened
    // Only now: a response must not look complete while its continuation cannot be made.
    ends.push(full.finish(headers('complete')))
    continues = fullSerial
    held = ''
    used = 0
    return (current = next)
  }

  return {
    get text() {
      return text
    },
    async begin(status, error) {
      const draft = { text: '', headers: headers(status, error) }
      const { restart } = options
      const open = async (): Promise<string> =>
        restart === undefined ? (await writer.create({ ...draft, id })).serial : (await writer.update(restart, draft), restart)
      current = streamMessage(writer, open, () => headersOf(status, error), settings, onLost)
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
    async finish(status, error) {
      ends.push(begunOf(current).finish(headers(status, error)))
      const all = await Promise.all(ends)
      return { repairs: all.reduce((sum, end) => sum + end.repairs, 0), error: all.find((end) => end.error !== undefined)?.error }
    },
  }
}

function begunOf(stream: MessageStream | undefined): MessageStream {
  if (!stream) throw new Error('unable to stream the response; it has not begun')
  return stream
}
