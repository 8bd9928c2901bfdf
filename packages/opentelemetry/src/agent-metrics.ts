import type { Attributes, Counter, Histogram, MeterProvider, UpDownCounter } from '@opentelemetry/api'
import { metrics } from '@opentelemetry/api'
import type { Usage } from '@streamfold/agent'

/** The instruments of an agent. Times are in seconds. */
export interface AgentMetrics {
  readonly active: UpDownCounter
  readonly answers: Histogram
  readonly modelCalls: Histogram
  readonly firstChunks: Histogram
  readonly tools: Histogram
  readonly appends: Histogram
  readonly repairs: Counter
  readonly rejections: Counter
  readonly waits: Counter
  readonly waited: Histogram
  readonly takeovers: Counter
  /** Adds the tokens of one call. */
  use(usage: Usage, attributes: Attributes): void
}

export const SCOPE = '@streamfold/opentelemetry'
/** As the conventions advise for operations of models. */
export const seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
/** An append takes milliseconds. */
const shortSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
/** People take from seconds to days. */
const longSeconds = [1, 10, 60, 600, 3_600, 21_600, 86_400, 604_800]

const tokens: readonly (readonly [keyof Usage, string, string])[] = [
  ['inputTokens', 'input_tokens', 'Input tokens, those from a cache among them.'],
  ['outputTokens', 'output_tokens', 'Output tokens, those for reasoning among them.'],
  ['cachedInputTokens', 'cache_read.input_tokens', 'Input tokens that the provider had kept.'],
  ['reasoningTokens', 'reasoning.output_tokens', 'Output tokens for reasoning.'],
]

/** @param provider Default: the global one, as it is now */
export function createAgentMetrics(provider: MeterProvider = metrics.getMeterProvider()): AgentMetrics {
  const meter = provider.getMeter(SCOPE)
  const time = (name: string, description: string, boundaries: readonly number[] = seconds) =>
    meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries: [...boundaries] } })
  const count = (name: string, unit: string, description: string) => meter.createCounter(name, { unit, description })
  const used = tokens.map(
    ([field, name, description]) => [field, count(`gen_ai.client.inference.usage.${name}`, '{token}', description)] as const,
  )
  return {
    active: meter.createUpDownCounter('streamfold.answers.active', {
      unit: '{answer}',
      description: 'Answers being written now.',
    }),
    answers: time('gen_ai.invoke_agent.duration', 'From the beginning of an answer to its end, or until it waits for people.'),
    modelCalls: time('gen_ai.client.inference.duration', 'One call of a model.'),
    firstChunks: time('gen_ai.client.inference.time_to_first_chunk', 'From a call of a model to its first content.'),
    tools: time('gen_ai.execute_tool.duration', 'One run of a tool.'),
    appends: time('streamfold.append.duration', 'From an append to its acknowledgement, or rejection.', shortSeconds),
    repairs: count('streamfold.repairs', '{repair}', 'Full updates that repaired a response.'),
    rejections: count('streamfold.rejections', '{operation}', 'Creates, appends and updates that the service has rejected.'),
    waits: count('streamfold.waits', '{response}', 'Responses that began to wait for people.'),
    waited: time('streamfold.wait.duration', 'How long a response has waited for people.', longSeconds),
    takeovers: count('streamfold.takeovers', '{response}', 'Responses that changed from an agent that died to another one.'),
    use(usage, attributes) {
      for (const [field, counter] of used) {
        const count = usage[field]
        // The kinds of tokens are not known: a model may be given pictures, too.
        if (count !== undefined) counter.add(count, { ...attributes, 'gen_ai.token.modality': 'unknown' })
      }
    },
  }
}
