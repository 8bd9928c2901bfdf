import type { Message } from '@streamfold/core'
import { isBlank } from '../serve/is-blank.ts'
import { alternate } from './alternate.ts'

/** A message as the vendors' packages take it. */
export interface ChatMessage {
  role: 'user' | 'assistant'
  content: string
}

/**
 * The texts of a conversation as a model is given them, for a model without tools; `modelMessages`, `openAIMessages`, `openAIInput` and
 * `anthropicMessages` also give tool calls, reasoning and files. Many models refuse, with status 400, what does not begin with the user or
 * does not alternate between user and assistant, and empty messages; one of these in a conversation would fail all its later prompts. So:
 * - deleted and empty messages are left out, and prompts that are still being sent;
 * - answers before the first prompt are left out;
 * - messages of one role in a row are one, with a blank line between their texts: prompts without an answer, answers of two agents. A
 *   text that only repeats the one before it is left out, as that of a prompt that was asked again after its answer had failed.
 */
export function chatMessages(messages: readonly Message[]): ChatMessage[] {
  const said = messages.filter(isSaid).map(({ role, text }) => ({ role, said: text }))
  return alternate(said).map(({ role, items }) => ({ role, content: items.map((item) => item.said).join('\n\n') }))
}

function isSaid({ text, status }: Message): boolean {
  return status !== 'deleted' && status !== 'sending' && !isBlank(text)
}
