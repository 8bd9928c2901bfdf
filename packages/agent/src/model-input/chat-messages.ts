import type { Message } from '@streamfold/core'
import { isBlank } from '../serve/prompt/is-blank.ts'
import { alternate } from './alternate.ts'
import { noteOf } from './user-file.ts'

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
 * - files of users are named behind the text of their prompt;
 * - messages of one role in a row are one, with a blank line between their texts: prompts without an answer, answers of two agents. A
 *   text that only repeats the one before it is left out, as that of a prompt that was asked again after its answer had failed.
 */
export function chatMessages(messages: readonly Message[]): ChatMessage[] {
  const said = messages
    .filter(({ status }) => status !== 'deleted' && status !== 'sending')
    .map((message) => ({ role: message.role, said: textOf(message) }))
    .filter((each) => !isBlank(each.said))
  return alternate(said).map(({ role, items }) => ({ role, content: items.map((item) => item.said).join('\n\n') }))
}

/** The text, and what is said of a user's files. */
function textOf({ role, text, parts }: Message): string {
  if (role === 'assistant') return text
  const notes = parts.flatMap((part) => (part.type === 'file' && 'url' in part ? [noteOf(part)] : []))
  return [text, ...notes].filter((each) => !isBlank(each)).join('\n\n')
}
