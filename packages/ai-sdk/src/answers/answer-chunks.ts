import { isRunning } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import type { AnswerChunk } from '../messages/chat-message.ts'
import type { ChatPart } from '../messages/chat-part.ts'
import { chatParts, isIncomplete } from '../messages/chat-part.ts'
import { partChunks } from './part-chunks.ts'

/** How much of an answer `useChat` has received. */
export interface Given {
  readonly parts: readonly ChatPart[]
  /** As JSON; undefined before the start. */
  readonly metadata: string | undefined
}

/** The state before the first chunk. */
export const nothingGiven: Given = { parts: [], metadata: undefined }

/** The state of a chat that shows a message already. A stream cannot continue a text that another one began: if it grows, its step is given again. */
export function givenOf(message: Message, metadata: unknown): Given {
  const parts = readyParts([], message).map((part) => (isOpenText(part) ? { ...part, state: 'done' as const } : part))
  return { parts, metadata: JSON.stringify(metadata) ?? '' }
}

function isOpenText(part: ChatPart): part is Extract<ChatPart, { type: 'text' | 'reasoning' }> {
  return (part.type === 'text' || part.type === 'reasoning') && part.state === 'streaming'
}

/** The chunks of one step, and the state after them. */
export interface Step {
  readonly given: Given
  readonly chunks: readonly AnswerChunk[]
}

/**
 * The chunks after which `useChat` shows `message`. Parts that grow are deltas. Content that changes otherwise (a repair, a redaction) has no
 * delta: `reset-step` removes the parts of the last step, and they follow in full. Enqueue all of them together, so that they are read in one
 * task and no empty message is shown in between.
 *
 * @param isOpen whether the stream of the answer goes on
 * @returns undefined if content of an earlier step has changed, which no chunk removes: the answer has to be read from its start
 */
export function nextChunks(given: Given, message: Message, metadata: unknown, isOpen = isRunning(message)): Step | undefined {
  const json = JSON.stringify(metadata) ?? ''
  const parts = readyParts(given.parts, message)
  const content = difference(given.parts, parts)
  if (!content) return undefined
  const chunks: AnswerChunk[] = [...content]
  if (given.metadata === undefined) chunks.unshift({ type: 'start', messageId: message.key, messageMetadata: metadata })
  else if (json !== given.metadata) chunks.push({ type: 'message-metadata', messageMetadata: metadata })
  if (!isOpen) chunks.push(endingOf(message))
  return { given: { parts, metadata: json }, chunks }
}

/**
 * The parts that can be given now. Data is given when it is complete, because a chunk without an id is final. What is being replaced, data or a
 * preliminary output, stays until then.
 */
function readyParts(given: readonly ChatPart[], message: Message): readonly ChatPart[] {
  const parts = chatParts(message)
  // No chunk removes a step.
  if (parts.length === 0 && given[0]?.type === 'step-start') return given.slice(0, 1)
  const ready: ChatPart[] = []
  for (const [at, part] of parts.entries()) {
    const known = given[at]
    if (isData(part) && isIncomplete(part)) {
      if (!known || !isData(known) || known.type !== part.type || known.id === undefined || known.id !== part.id) break
      ready.push(known)
    } else ready.push(known && isReplacing(known, part) ? known : part)
  }
  return ready
}

/** Whether a call has no output any more, because the output that replaces its preliminary one is not complete. */
function isReplacing(known: ChatPart, part: ChatPart): boolean {
  return (
    'toolCallId' in known &&
    'toolCallId' in part &&
    known.toolCallId === part.toolCallId &&
    known.state === 'output-available' &&
    known.preliminary === true &&
    (part.state === 'input-available' || part.state === 'approval-responded') &&
    JSON.stringify(known.input) === JSON.stringify(part.input)
  )
}

function isData(part: ChatPart): part is Extract<ChatPart, { type: `data-${string}` }> {
  return part.type.startsWith('data-')
}

function difference(given: readonly ChatPart[], parts: readonly ChatPart[]): readonly AnswerChunk[] | undefined {
  const grown = chunksFrom(0, given, parts)
  if (grown) return grown
  const step = given.findLastIndex(({ type }) => type === 'step-start') + 1
  // `reset-step` also ends what is open in earlier steps.
  if (parts.slice(0, step).some((part) => 'state' in part && part.state?.endsWith('streaming'))) return undefined
  const kept = chunksFrom(0, given.slice(0, step), parts.slice(0, step))
  const rest = chunksFrom(step, [], parts)
  return kept && rest && [...kept, { type: 'reset-step' }, ...rest]
}

function chunksFrom(start: number, given: readonly ChatPart[], parts: readonly ChatPart[]): AnswerChunk[] | undefined {
  if (given.length > parts.length) return undefined
  const chunks: AnswerChunk[] = []
  for (let at = start; at < parts.length; at++) {
    const more = partChunks(given[at], parts[at]!, at) // Inside the list.
    if (!more) return undefined
    chunks.push(...more)
  }
  return chunks
}

function endingOf({ status, error, finish = 'stop' }: Message): AnswerChunk {
  switch (status) {
    case 'cancelled':
      return { type: 'abort', reason: 'stopped' }
    case 'failed':
      return { type: 'error', errorText: `unable to complete the answer; ${error ?? 'the agent failed'}: try again` }
    // The AI SDK's name for an answer that goes on when its calls have results.
    case 'waiting':
      return { type: 'finish', finishReason: 'tool-calls' }
    case 'abandoned':
      return { type: 'error', errorText: 'unable to complete the answer; the agent has gone silent: try again' }
    default:
      return { type: 'finish', finishReason: finish }
  }
}
