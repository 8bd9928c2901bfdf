import type { Message } from '@streamfold/core'

/** A message as the vendors' packages take it. */
export interface ChatMessage {
  role: 'user' | 'assistant'
  content: string
}

/** The conversation as a model is given it: without what is deleted or empty, which vendors refuse. */
export function chatMessages(messages: readonly Message[]): ChatMessage[] {
  return messages
    .filter(({ text, status }) => status !== 'deleted' && status !== 'sending' && text.trim() !== '')
    .map(({ role, text }) => ({ role, content: text }))
}
