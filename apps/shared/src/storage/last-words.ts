import type { Message } from '@streamfold/core'
import { oneLine } from './saved-conversations.ts'

/** The beginning of the last message with text, as one line without the marks of Markdown. */
export function lastWords(messages: readonly Message[]): string {
  for (const { text, status } of messages.toReversed()) {
    // The list shows some words; the rest need not be read.
    const words = status === 'deleted' ? '' : oneLine(withoutMarks(text.slice(0, 500)))
    if (words !== '') return words
  }
  return ''
}

function withoutMarks(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^ *(?:#{1,6}|>|[-*+]|\d+\.) +/gm, '')
    .replace(/\|/g, ' ')
    .replace(/(?<=\S)[*_~]+(?=\s|$)|(?<=\s|^)[*_~]+(?=\S)|\*\*|`+/gm, '')
}
