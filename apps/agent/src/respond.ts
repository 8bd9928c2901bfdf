import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { Source, Task } from '@streamfold/agent'
import { modelMessages } from '@streamfold/agent'
import { streamText } from 'ai'
import { fitBudget } from './fit-budget.ts'

const instructions =
  'You are a helpful assistant in a shared conversation. Answer in Markdown, in the language of the question, and to the point.'

/** Header of a response whose model did not receive the start of the conversation: how many messages were left out. */
const OMITTED = 'omitted'

/**
 * Asks the model to answer a prompt, with the conversation before it. Messages beyond the budget are left out, the oldest first; the model is
 * informed, and so are readers, by the header `omitted`.
 *
 * @param budget tokens for the conversation. Default 32 000.
 */
export function createRespond(model: LanguageModelV4, budget = 32_000): (task: Task) => Source {
  return ({ messages, signal, annotate }) => {
    const fitted = fitBudget(messages, budget)
    if (fitted.omitted > 0) annotate({ [OMITTED]: String(fitted.omitted) })
    return streamText({
      model,
      instructions: fitted.omitted > 0 ? `${instructions}\n\n${omission(fitted.omitted)}` : instructions,
      messages: modelMessages(fitted.messages),
      abortSignal: signal,
      onError: () => undefined, // the stream says it too, to the agent's log; the default prints it, and whatever secret its message holds
    })
  }
}

function omission(count: number): string {
  return `The conversation is longer than you can be shown: its first ${count} messages are left out. Say so when asked about them.`
}
