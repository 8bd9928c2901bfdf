import { modelMessages, type Task } from '@streamfold/agent'
import { isStepCount, streamText, type LanguageModel, type ToolSet } from 'ai'

export const answerWithTools =
  (model: LanguageModel, all: ToolSet) =>
  ({ messages, signal, tools }: Task) => {
    const request = { messages: modelMessages(messages), tools: tools(all), stopWhen: isStepCount(9) }
    return streamText({ model, ...request, abortSignal: signal })
  }
