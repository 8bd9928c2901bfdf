import type { FinishReason } from '@streamfold/core'

/** Written by servers that have nothing to say, in the words of the languages they are written in. */
const none: ReadonlySet<string> = new Set(['', 'null', 'none', 'undefined', 'nil', 'finish-reason-unspecified'])

/** Names of OpenAI, Anthropic, the AI SDK, and of servers that speak their protocols, in lower case with dashes. */
const names: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  'end-turn': 'stop',
  'stop-sequence': 'stop',
  'stop-token': 'stop',
  eos: 'stop',
  'eos-token': 'stop',
  end: 'stop',
  complete: 'stop',
  completed: 'stop',
  length: 'length',
  'max-tokens': 'length',
  'max-output-tokens': 'length',
  'max-length': 'length',
  'model-length': 'length',
  'model-context-window-exceeded': 'length',
  'context-length-exceeded': 'length',
  'content-filter': 'content-filter',
  'content-filtered': 'content-filter',
  'guardrail-intervened': 'content-filter',
  refusal: 'content-filter',
  sensitive: 'content-filter',
  safety: 'content-filter',
  recitation: 'content-filter',
  blocklist: 'content-filter',
  'prohibited-content': 'content-filter',
  spii: 'content-filter',
  'tool-calls': 'tool-calls',
  'tool-call': 'tool-calls',
  'tool-use': 'tool-calls',
  'function-call': 'tool-calls',
  error: 'error',
  failed: 'error',
  failure: 'error',
  abort: 'error',
  aborted: 'error',
  cancelled: 'error',
  canceled: 'error',
  interrupted: 'error',
  'network-error': 'error',
  'insufficient-system-resource': 'error',
  'malformed-function-call': 'error',
}

/** Why a model ended, in one vocabulary; undefined where it does not say, so that it has not ended. */
export function finishReasonOf(value: unknown): FinishReason | undefined {
  if (typeof value !== 'string') return undefined
  const name = value
    .trim()
    .toLowerCase()
    .replaceAll(/[_\s]+/g, '-')
  if (none.has(name)) return undefined
  // Gemini appends what was filtered: `content_filter: PROHIBITED_CONTENT`.
  const [first = name] = name.split(':')
  return (Object.hasOwn(names, first) ? names[first] : undefined) ?? 'other'
}
