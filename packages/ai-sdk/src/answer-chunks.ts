import type { Message } from '@streamfold/core'
import type { AnswerChunk } from './chat-message.ts'
import { isRunning } from './ui-message.ts'

/** What of an answer has been given to `useChat`. */
export interface Given {
  readonly text: string
  /** The text parts so far: each needs an id of its own. */
  readonly parts: number
  /** Whether the last text part is open. */
  readonly open: boolean
  /** As JSON; undefined before the start. */
  readonly metadata: string | undefined
}

export const nothingGiven: Given = { text: '', parts: 0, open: false, metadata: undefined }

export interface Step {
  readonly given: Given
  readonly chunks: readonly AnswerChunk[]
}

/**
 * What `useChat` has to be told so that it shows `message`. Text that goes on is a delta. Text that is another (a repair, a redaction) cannot be
 * said in deltas: `reset-step` takes back every part, and the whole text follows. The two must be read in one task, or an
 * empty message would be seen in between: enqueue them together.
 */
export function nextChunks(given: Given, message: Message, metadata: unknown): Step {
  const chunks: AnswerChunk[] = []
  let { text, parts, open } = given
  const json = JSON.stringify(metadata) ?? ''
  if (given.metadata === undefined) chunks.push({ type: 'start', messageId: message.key, messageMetadata: metadata })
  if (!message.text.startsWith(text)) {
    chunks.push({ type: 'reset-step' })
    text = ''
    open = false
  }
  const delta = message.text.slice(text.length)
  if (delta !== '' && !open) {
    chunks.push({ type: 'text-start', id: String(++parts) })
    open = true
  }
  if (delta !== '') chunks.push({ type: 'text-delta', id: String(parts), delta })
  const running = isRunning(message)
  if (!running && open) {
    chunks.push({ type: 'text-end', id: String(parts) })
    open = false
  }
  if (given.metadata !== undefined && json !== given.metadata)
    chunks.push({ type: 'message-metadata', messageMetadata: metadata })
  if (!running) chunks.push(endingOf(message))
  return { given: { text: message.text, parts, open, metadata: json }, chunks }
}

function endingOf({ status, error, finish = 'stop' }: Message): AnswerChunk {
  switch (status) {
    case 'cancelled':
      return { type: 'abort', reason: 'stopped' }
    case 'failed':
      return { type: 'error', errorText: `unable to complete the answer; ${error ?? 'the agent failed'}: try again` }
    case 'abandoned':
      return { type: 'error', errorText: 'unable to complete the answer; the agent has gone silent: try again' }
    default:
      return { type: 'finish', finishReason: finish }
  }
}
