/**
 * What a model's stream yields: text, or a part of a stream of the AI SDK (`stream`, `fullStream`), of OpenAI (Responses and chat
 * completions) or of Anthropic (Messages), as their own packages hand it out.
 */
export type Piece = string | { readonly type: string } | { readonly choices: readonly unknown[] }

type Fields = Readonly<Record<string, unknown>>

/** Reads the text out of pieces. */
export interface PieceReader {
  /** The text of a piece, empty where it has none. @throws what the piece reports, when that is a failure. */
  read(piece: unknown): string
  /** @throws when the stream has ended although its model had not. */
  end(): void
}

export function createPieceReader(): PieceReader {
  let begun: string | undefined
  let ended = false
  return {
    read(piece) {
      if (typeof piece === 'string') return piece
      if (!isFields(piece)) throw unreadable(piece)
      if (Array.isArray(piece['choices'])) {
        begun = 'OpenAI'
        ended ||= piece['choices'].some((choice) => isFields(choice) && typeof choice['finish_reason'] === 'string')
        return piece['choices'].map(textOfChoice).join('')
      }
      const { type } = piece
      if (typeof type !== 'string') throw unreadable(piece)
      if (type === 'message_start') begun = 'Anthropic'
      if (type === 'response.created') begun = 'OpenAI'
      if (type === 'message_stop' || type === 'response.completed' || type === 'response.incomplete') ended = true
      return textOfPart(type, piece)
    },
    end() {
      // A connection that is closed too soon ends the vendors' streams without an error.
      if (begun !== undefined && !ended) throw new Error(`the stream from ${begun} ended before the model did`)
    },
  }
}

function textOfPart(type: string, part: Fields): string {
  switch (type) {
    case 'text-delta': // AI SDK
      return text(part['text'] ?? part['delta'])
    case 'response.output_text.delta': // OpenAI, Responses
    case 'response.refusal.delta':
      return text(part['delta'])
    case 'content_block_delta': // Anthropic
      return isFields(part['delta']) && part['delta']['type'] === 'text_delta' ? text(part['delta']['text']) : ''
    case 'error':
      throw part['error'] ?? new Error(text(part['message']) || 'the model failed')
    case 'abort':
      throw new DOMException('the model was stopped', 'AbortError')
    case 'finish':
      if (part['finishReason'] === 'error') throw new Error('the model ended with an error')
      if (part['finishReason'] === 'interrupted') throw new Error('the model was interrupted')
      return ''
    case 'response.failed': {
      const { response } = part
      const error = isFields(response) && isFields(response['error']) ? text(response['error']['message']) : ''
      throw new Error(error || 'the model failed')
    }
    default:
      return '' // Reasoning, tools, usage and whatever the vendors will think of: not text of the answer.
  }
}

function textOfChoice(choice: unknown): string {
  const delta = isFields(choice) ? choice['delta'] : undefined
  return isFields(delta) ? text(delta['content']) + text(delta['refusal']) : ''
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unreadable(value: unknown): TypeError {
  const what = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`
  return new TypeError(`unable to stream the response; the source yielded ${what} instead of text or a part of a model's stream`)
}
