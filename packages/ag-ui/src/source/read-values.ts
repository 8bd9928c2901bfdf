import type { ToolMessage } from '@ag-ui/core'

/** An object of an event, nothing of which is certain. */
export type Fields = Readonly<Record<string, unknown>>

/** The input of a call by the text of its arguments. */
export function inputOf(args: string): unknown {
  if (args === '') return {}
  try {
    return JSON.parse(args) as unknown
  } catch {
    return args
  }
}

/** AG-UI has results as text, which mostly is JSON. */
export function outputOf(content: unknown): unknown {
  const text = typeof content === 'string' ? content : textIn(content as ToolMessage['content'] | undefined)
  if (text === undefined) return content ?? null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function textIn(content: ToolMessage['content'] | undefined): string | undefined {
  if (!Array.isArray(content) || content.some(({ type }) => type !== 'text')) return undefined
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('\n\n')
}

/** The tokens of all models of a run, in the names of the AI SDK. */
export function usageIn(usage: unknown): Fields {
  const all = listOf(usage)
  const names = ['inputTokens', 'outputTokens', 'reasoningTokens', 'cachedInputTokens']
  const sums = names.map((name) => [name, all.map((each) => each[name]).filter((each) => typeof each === 'number')] as const)
  return Object.fromEntries(sums.flatMap(([name, each]) => (each.length > 0 ? [[name, each.reduce((a, b) => a + b)]] : [])))
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {} // Each field is checked.
}

export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : []
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
