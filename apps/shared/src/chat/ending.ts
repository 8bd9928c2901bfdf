import type { Message } from '@streamfold/core'
import { texts } from './texts.ts'

/** How an answer ended that is `complete` but not everything that was asked for. */
export interface Ending {
  /** In few words, for the line below the answer. */
  readonly state: string
  /** Why there is no answer, in place of its text; empty where there is one. */
  readonly empty: string
}

/**
 * Undefined for a normal end.
 *
 * @param last whether it can be asked for another time
 */
export function endingOf(message: Message, last = false): Ending | undefined {
  if (message.status !== 'complete' || message.role !== 'assistant') return undefined
  if (!hasAnswer(message)) return { state: texts.noAnswer, empty: withAdvice(emptyReason(message), last) }
  const { finish = 'stop' } = message
  if (finish === 'stop') return undefined
  return { state: last ? `${texts.ended[finish]}: ${texts.afterEnd[finish]}` : texts.ended[finish], empty: '' }
}

/** Whether there is no text. */
export function isBlank({ text }: Message): boolean {
  return !/\S/.test(text)
}

/** Whether there is something that answers: text, a file or data. Reasoning and tools lead to an answer, and are none. */
export function hasAnswer(message: Message): boolean {
  return !isBlank(message) || message.parts.some(({ type }) => type === 'file' || type.startsWith('data-'))
}

function emptyReason({ finish, headers }: Message): string {
  const instead = headers['empty']
  if (finish === 'length') return instead === 'reasoning' ? texts.empty.reasonedTooLong : texts.empty.length
  if (finish === 'content-filter' || finish === 'error') return texts.empty[finish]
  if (instead === 'tools' || finish === 'tool-calls') return texts.empty.tools
  if (instead === 'reasoning' || instead === 'nothing') return texts.empty[instead]
  return texts.empty.unknown
}

function withAdvice(reason: string, last: boolean): string {
  return last ? `${reason} ${texts.empty.advice}` : reason
}
