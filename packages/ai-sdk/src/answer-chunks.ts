import type { Message } from '@streamfold/core'
import type { AnswerChunk } from './chat-message.ts'
import { isRunning } from './ui-message.ts'

/** How much of an answer `useChat` has received. */
export interface Given {
  readonly text: string
  /** The text parts so far: each needs its own id. */
  readonly parts: number
  /** Whether the last text part is open. */
  readonly open: boolean
  /** As JSON; undefined before the start. */
  readonly metadata: string | undefined
}

/** The state before the first chunk. */
export const nothingGiven: Given = { text: '', parts: 0, open: false, metadata: undefined }

/** The chunks of one step, and the state after them. */
export interface Step {
  readonly given: Given
  readonly chunks: readonly AnswerChunk[]
}

/**
 * The chunks after which `useChat` shows `message`. Text that grows is a delta. Text that changes otherwise (a repair, a redaction) has no
 * delta: `reset-step` removes every part, and the full text follows. Enqueue the two together, so that they are read in one task and no
 * empty message is shown in between.
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
