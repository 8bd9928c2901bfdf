import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { Message } from '@streamfold/core'
import type { Task } from '@streamfold/agent'
import type { ModelMessage } from 'ai'
import { streamText } from 'ai'

const instructions =
  'You are a helpful assistant in a shared conversation. Answer in Markdown, in the language of the question, and to the point.'

/** Messages given to the model; what is older it does not see. */
const RECENT = 100

/** Asks the model to answer a prompt, given the conversation before it. */
export function createRespond(model: LanguageModelV4): (task: Task) => AsyncIterable<string> {
  return async function* ({ messages, signal }) {
    const { stream } = streamText({
      model,
      instructions,
      messages: toModelMessages(messages),
      abortSignal: signal,
      onError: () => undefined, // thrown below; the default prints it, and whatever secret its message holds
    })
    for await (const part of stream) {
      if (part.type === 'text-delta') yield part.text
      // The stream reports a failure as a part and ends: silently an answer would look complete.
      else if (part.type === 'error') throw part.error
      else if (part.type === 'finish' && (part.finishReason === 'error' || part.finishReason === 'interrupted'))
        throw new Error(`the model ended with ${part.finishReason}`)
    }
  }
}

/** The conversation as the model sees it: no message that is deleted, empty or not on the channel. */
export function toModelMessages(messages: readonly Message[]): ModelMessage[] {
  return messages
    .filter(({ text, status }) => text.trim() !== '' && status !== 'deleted' && status !== 'sending')
    .slice(-RECENT)
    .map(({ role, text }) => ({ role, content: text }))
}
