import type { Message } from '@streamfold/core'
import { isBlank } from './is-blank.ts'

/** A message as the vendors' packages take it. */
export interface ChatMessage {
  role: 'user' | 'assistant'
  content: string
}

/**
 * The conversation as a model is given it. Many models refuse, with status 400, what does not begin with the user or does not
 * alternate between user and assistant, and empty messages; one of these in a conversation would fail all its later prompts. So:
 * - deleted and empty messages are left out, and prompts that are still being sent;
 * - answers before the first prompt are left out;
 * - messages of one role in a row are one, with a blank line between their texts: prompts without an answer, answers of two agents. A
 *   text that only repeats the one before it is left out, as that of a prompt that was asked again after its answer had failed.
 */
export function chatMessages(messages: readonly Message[]): ChatMessage[] {
  const chat: ChatMessage[] = []
  let before: string | undefined
  for (const { role, text } of messages.filter(isSaid)) {
    const last = chat.at(-1)
    if (last?.role !== role) {
      if (last || role === 'user') chat.push({ role, content: text })
    } else if (text !== before) {
      last.content += `\n\n${text}`
    }
    before = text
  }
  return chat
}

function isSaid({ text, status }: Message): boolean {
  return status !== 'deleted' && status !== 'sending' && !isBlank(text)
}
