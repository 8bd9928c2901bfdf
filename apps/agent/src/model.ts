import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { createDemoModel } from './demo/demo-model.ts'
import type { ModelChoice } from './environment.ts'

export function createModel(choice: ModelChoice): LanguageModelV4 {
  switch (choice.kind) {
    case 'anthropic':
      return createAnthropic({ apiKey: choice.apiKey })(choice.name)
    case 'openai':
      return createOpenAI({ apiKey: choice.apiKey })(choice.name)
    case 'compatible':
      return createOpenAICompatible({
        name: 'openai-compatible',
        baseURL: choice.baseUrl,
        ...(choice.apiKey !== undefined && { apiKey: choice.apiKey }),
      })(choice.name)
    case 'demo':
      return createDemoModel({ pace: choice.pace })
    default:
      return choice satisfies never
  }
}
