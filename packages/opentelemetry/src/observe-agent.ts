import type { Attributes } from '@opentelemetry/api'
import { trace } from '@opentelemetry/api'
import type { AgentObserver } from '@streamfold/agent'
import type { AgentMetrics } from './agent-metrics.ts'
import { createAgentMetrics, SCOPE } from './agent-metrics.ts'
import { followAnswer } from './follow-answer.ts'
import type { ObserveAgentOptions } from './observe-agent-options.ts'

/**
 * Makes traces and metrics of what an agent does: `serveAgent({ observe: observeAgent() })`. Names and attributes are those of OpenTelemetry's
 * conventions for generative AI, v0.1.0. Without an SDK of OpenTelemetry nothing is recorded.
 */
export function observeAgent(options: ObserveAgentOptions = {}): AgentObserver {
  const { now = Date.now, provider } = options
  let made: AgentMetrics | undefined
  // An SDK that is registered later has the instruments too.
  const instruments = () => (made ??= createAgentMetrics(options.meterProvider))
  const ofProvider: Attributes = provider === undefined ? {} : { 'gen_ai.provider.name': provider }
  return {
    answer: (started) =>
      followAnswer(started, {
        ...options,
        now,
        ofProvider,
        tracer: (options.tracerProvider ?? trace).getTracer(SCOPE),
        instruments: instruments(),
      }),
    closed: () => instruments().takeovers.add(1, { 'streamfold.takeover': 'closed' }),
  }
}
