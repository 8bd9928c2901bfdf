import type { Fields } from './fields.ts'
import { isFields, numberIn } from './fields.ts'

/** Tokens of a response, all its steps together. */
export interface Usage {
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly reasoningTokens?: number
  /** Of the input tokens, those that the provider had kept. */
  readonly cachedInputTokens?: number
}

const names: readonly (readonly [keyof Usage, readonly (readonly string[])[]])[] = [
  ['inputTokens', [['inputTokens'], ['inputTokens', 'total'], ['input_tokens'], ['prompt_tokens'], ['promptTokens']]],
  ['outputTokens', [['outputTokens'], ['outputTokens', 'total'], ['output_tokens'], ['completion_tokens'], ['completionTokens']]],
  [
    'reasoningTokens',
    [
      ['outputTokenDetails', 'reasoningTokens'],
      ['outputTokens', 'reasoning'],
      ['reasoningTokens'],
      ['output_tokens_details', 'reasoning_tokens'],
      ['completion_tokens_details', 'reasoning_tokens'],
    ],
  ],
  [
    'cachedInputTokens',
    [
      ['inputTokenDetails', 'cacheReadTokens'],
      ['inputTokens', 'cacheRead'],
      ['cachedInputTokens'],
      ['input_tokens_details', 'cached_tokens'],
      ['prompt_tokens_details', 'cached_tokens'],
      ['cache_read_input_tokens'],
    ],
  ],
]

/** Tokens as a vendor counts them. */
export function usageIn(value: unknown): Usage {
  if (!isFields(value)) return {}
  return Object.fromEntries(
    names.flatMap(([name, paths]) => {
      const count = paths.map((path) => numberIn(at(value, path))).find((each) => each !== undefined)
      return count === undefined ? [] : [[name, count] as const]
    }),
  )
}

function at(value: Fields, path: readonly string[]): unknown {
  return path.reduce<unknown>((found, name) => (isFields(found) ? found[name] : undefined), value)
}

export function addUsage(one: Usage, other: Usage): Usage {
  const sum: Record<string, number> = { ...one }
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count
  return sum
}
