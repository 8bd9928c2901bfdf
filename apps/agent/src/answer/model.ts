import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { createDemoModel } from '../demo/demo-model.ts'
import type { ModelChoice } from '../environment.ts'
import type { DocsIndex } from '../tools/docs-index.ts'
import type { ChartRow } from '../tools/emitter.ts'

/** @param docs whose sizes the demo model draws, if it is to draw a chart of nothing else */
export function createModel(choice: ModelChoice, docs: DocsIndex): LanguageModelV4 {
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
      return createDemoModel({ pace: choice.pace, sample: largestPages(docs) })
    default:
      return choice satisfies never
  }
}

function largestPages({ pages }: DocsIndex): readonly ChartRow[] {
  const largest = pages.toSorted((one, other) => other.words - one.words).slice(0, 8)
  return largest.map(({ title, words }) => ({ label: title, value: words }))
}
