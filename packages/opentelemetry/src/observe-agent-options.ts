import type { MeterProvider, TracerProvider } from '@opentelemetry/api'
import type { StartedAnswer } from '@streamfold/agent'

export interface ObserveAgentOptions {
  /** The provider of the models, as the conventions name it: `openai`, `anthropic`, `aws.bedrock`, … They require it of model calls. Default: none is named. */
  readonly provider?: string
  /** Name of the agent. Default: its client id. */
  readonly agentName?: string
  /**
   * Whether spans have texts: what the model is given and gives, inputs and outputs of tools, and the messages of errors, which may quote any of
   * these. Default false.
   */
  readonly recordContents?: boolean
  /** Whether calls of models and tools have spans. False where the model's own package records them: its spans are in the same trace. Default true. */
  readonly modelSpans?: boolean
  /**
   * Whether an answer is in the trace of its prompt. The author of a prompt then chooses the trace id, and whether it is sampled; false, or a function that returns false
   * for a prompt, begins a trace of its own, with a link to the prompt's. Default true.
   */
  readonly joinTrace?: boolean | ((started: StartedAnswer) => boolean)
  /** Default: the global one. */
  readonly tracerProvider?: TracerProvider
  /** Default: the global one, when the first answer begins. */
  readonly meterProvider?: MeterProvider
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number
}
