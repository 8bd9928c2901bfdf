import type { FinishReason } from '@streamfold/core'

/** Written by servers that give no reason, in the words of the languages they are written in. */
const none: ReadonlySet<string> = new Set(['', 'null', 'none', 'undefined', 'nil', 'finish-reason-unspecified'])

/** Names of OpenAI, Anthropic, the AI SDK, and of servers that speak their protocols, in lower case with dashes. */
const names: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  'end-turn': 'stop',
  'stop-sequence': 'stop',
  'stop-token': 'stop',
  'stop-str': 'stop',
  eos: 'stop',
  'eos-token': 'stop',
  end: 'stop',
  'end-of-text': 'stop',
  complete: 'stop',
  completed: 'stop',
  length: 'length',
  'max-output-tokens': 'length',
  'model-length': 'length',
  'model-context-window-exceeded': 'length',
  'context-length-exceeded': 'length',
  refusal: 'content-filter',
  sensitive: 'content-filter',
  recitation: 'content-filter',
  blocklist: 'content-filter',
  spii: 'content-filter',
  language: 'content-filter',
  'tool-calls': 'tool-calls',
  'tool-call': 'tool-calls',
  'tool-use': 'tool-calls',
  'function-call': 'tool-calls',
  interrupted: 'error',
  'insufficient-system-resource': 'error',
}

/** What names that are not listed hold, as whole words. */
const words: readonly (readonly [RegExp, FinishReason])[] = [
  [/\b(?:toxic|safety|filter(?:ed)?|blocked|prohibited|moderation|guardrail)\b/, 'content-filter'],
  [/\b(?:error|fail(?:ed|ure)?|malformed|unexpected|invalid|timeout|cancel(?:l?ed)?|abort(?:ed)?)\b/, 'error'],
  [/\bmax-(?:new-)?(?:tokens?|output|length)\b|\b(?:tokens?|length|output)-limit\b/, 'length'],
]

/** Why a model ended, in one vocabulary; undefined where it does not say, so that it has not ended. */
export function finishReasonOf(value: unknown): FinishReason | undefined {
  if (typeof value !== 'string') return undefined
  const name = value
    .trim()
    .replaceAll(/([a-z])(?=[A-Z])/g, '$1-')
    .toLowerCase()
    .replaceAll(/[_\s]+/g, '-')
  if (none.has(name)) return undefined
  // Gemini appends what was filtered: `content_filter: PROHIBITED_CONTENT`. Its older packages put the name of the field before it.
  const first = name.split(':')[0]!.replace(/^finish-reason-/, '')
  return (Object.hasOwn(names, first) ? names[first] : words.find(([word]) => word.test(first))?.[1]) ?? 'other'
}
