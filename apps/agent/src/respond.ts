import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { Task } from '@streamfold/agent'
import { chatMessages } from '@streamfold/agent'
import { streamText } from 'ai'
import { fitBudget } from './fit-budget.ts'

const instructions =
  'You are a helpful assistant in a shared conversation. Answer in Markdown, in the language of the question, and to the point.'

/** Header of a response whose model did not see the beginning of the conversation: how many messages were left out. */
const OMITTED = 'omitted'

/**
 * Asks the model to answer a prompt, given the conversation before it. What exceeds the budget is left out from the oldest on; the model is
 * told, and so are readers, by the header `omitted`.
 *
 * @param budget tokens for the conversation. Default 32 000.
 */
export function createRespond(model: LanguageModelV4, budget = 32_000): (task: Task) => AsyncIterable<string> {
  return async function* ({ messages, signal, annotate }) {
    const fitted = fitBudget(messages, budget)
    if (fitted.omitted > 0) annotate({ [OMITTED]: String(fitted.omitted) })
    const { stream } = streamText({
      model,
      instructions: fitted.omitted > 0 ? `${instructions}\n\n${omission(fitted.omitted)}` : instructions,
      messages: chatMessages(fitted.messages),
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

function omission(count: number): string {
  return `The conversation is longer than you can be shown: its first ${count} messages are left out. Say so when asked about them.`
}
