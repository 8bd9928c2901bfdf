import { escapeBody, frameHead, RS } from '@streamfold/core/codec'
import type { BodyPiece, DataPiece, HeadPiece } from '../parts/frame-writer.ts'
import { byteLength, fitting } from './utf8.ts'

/** The newest message of a response, as far as it decides what still fits. Immutable. */
export interface OpenMessage {
  /** Bytes that its data may take. */
  readonly limit: number
  /** Whether its data has frames. */
  readonly isFramed: boolean
  readonly data: string
  /** Bytes of the data; of text without frames those that it would take with frames. */
  readonly used: number
}

export function emptyMessage(limit: number, isFramed = false): OpenMessage {
  return { limit, isFramed, data: '', used: 0 }
}

/** A message with frames that goes on. */
export function openMessage(limit: number, data: string): OpenMessage {
  return { limit, isFramed: true, data, used: byteLength(data) }
}

export interface Fitted {
  readonly message: OpenMessage
  /** What is added to the data. */
  readonly added: string
  /** The data before it, where that must be replaced: the first frame gives RS in a text another meaning (P100). */
  readonly replaced: string | undefined
  /** What belongs into the next message: empty where all of the piece fits. */
  readonly rest: readonly DataPiece[]
}

/**
 * Adds as much of a piece as fits. A body is divided between two characters, and never within an escaped RS; what is left of it begins the next
 * message with a `more` head, so that each message can be read alone. A head goes whole into the next message.
 *
 * @throws RangeError when a head does not fit into an empty message
 */
export function fitPiece(message: OpenMessage, piece: DataPiece): Fitted {
  return 'head' in piece ? fitHead(message, piece) : fitBody(message, piece)
}

function fitHead(message: OpenMessage, piece: HeadPiece): Fitted {
  const { limit, isFramed, data, used } = message
  const added = frameHead(piece.head)
  const size = byteLength(added)
  if (used + size > limit) {
    // Behind a `more` head there must be room for its body.
    const most = piece.head.type === 'more' ? limit / 2 : limit
    if (size > most)
      throw new RangeError(`unable to write the response; a ${piece.head.type} head takes ${size} bytes: give at most ${most}`)
    return { message, added: '', replaced: undefined, rest: [piece] }
  }
  const escaped = isFramed ? data : escapeBody(data)
  return {
    message: { limit, isFramed: true, data: escaped + added, used: used + size },
    added,
    replaced: escaped === data ? undefined : escaped,
    rest: [],
  }
}

function fitBody(message: OpenMessage, piece: BodyPiece): Fitted {
  const { isFramed, data, limit, used } = message
  // Without frames the text must still fit when a later frame makes it escaped.
  const escaped = escapeBody(piece.body)
  const fits = wholePairs(fitting(data, escaped, limit - used))
  const rest = unescaped(escaped.slice(fits.length))
  const added = isFramed ? fits : unescaped(fits)
  return {
    message: { ...message, data: data + added, used: used + byteLength(fits) },
    added,
    replaced: undefined,
    rest:
      rest === ''
        ? []
        : isFramed
          ? [{ head: { type: 'more', ...piece.of } }, { ...piece, body: rest }]
          : [{ ...piece, body: rest }],
  }
}

/** Without the first half of an escaped RS at the end. */
function wholePairs(escaped: string): string {
  let pairs = escaped.length
  while (escaped[pairs - 1] === RS) pairs--
  return (escaped.length - pairs) % 2 === 0 ? escaped : escaped.slice(0, -1)
}

function unescaped(escaped: string): string {
  return escaped.includes(RS) ? escaped.replaceAll(RS + RS, RS) : escaped
}
