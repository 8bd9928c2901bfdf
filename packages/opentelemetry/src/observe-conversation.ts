import type { MeterProvider, TracerProvider } from '@opentelemetry/api'
import { context, metrics, SpanKind, trace } from '@opentelemetry/api'
import type { ConversationObserver } from '@streamfold/client'
import { setNewest } from '@streamfold/core/transport'
import { seconds, SCOPE } from './agent-metrics.ts'
import type { FirstText } from './first-texts.ts'
import { followFirstTexts } from './first-texts.ts'
import { failSpan } from './span-error.ts'
import { contextOf, remoteSpan, traceparentOf } from './trace-context.ts'

export interface ObserveConversationOptions {
  /** Whether the spans of failed prompts have the message of the error. Default false. */
  readonly recordContents?: boolean
  /** Default: the global one. */
  readonly tracerProvider?: TracerProvider
  /** Default: the global one, when the first text is shown. */
  readonly meterProvider?: MeterProvider
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number
}

/** Prompts that this page has sent, and whose first text may still come. */
const SENT = 100

/**
 * Makes traces and metrics of what a page sends and shows: `openConversation(channel, { observe: observeConversation() })`, or the same option of
 * `useConversation`. Make it once, not in each render. A prompt begins a trace, or continues the one that is active; the first text of each
 * answer that is written while the page is there ends it. Without an SDK of OpenTelemetry nothing is recorded.
 */
export function observeConversation(options: ObserveConversationOptions = {}): ConversationObserver {
  const { now = Date.now, recordContents = false } = options
  const tracer = () => (options.tracerProvider ?? trace).getTracer(SCOPE)
  let histogram: ReturnType<typeof createHistogram> | undefined
  /** When prompts were sent, by their keys. */
  const sent = new Map<string, number>()

  function onFirstText({ channelName, responseId, prompt, traceparent, startedAt }: FirstText): void {
    const endedAt = now()
    const sentAt = prompt && sent.get(prompt.key)
    const attributes = { 'streamfold.reader.sent': sentAt !== undefined }
    const startTime = sentAt ?? startedAt
    if (startTime === undefined) return
    histogram ??= createHistogram(options.meterProvider)
    histogram.record((endedAt - startTime) / 1_000, attributes)
    const ids = { 'gen_ai.conversation.id': channelName, 'streamfold.response.id': responseId }
    tracer()
      .startSpan(
        'streamfold.first_text',
        { kind: SpanKind.CONSUMER, startTime, attributes: { ...attributes, ...ids } },
        contextOf(remoteSpan(traceparent)),
      )
      .end(endedAt)
  }

  return {
    prompt({ channelName, key }) {
      const startTime = now()
      setNewest(sent, key, startTime, SENT)
      const attributes = { 'gen_ai.conversation.id': channelName, 'streamfold.prompt.key': key }
      const span = tracer().startSpan('streamfold.send', { kind: SpanKind.PRODUCER, startTime, attributes }, context.active())
      return {
        traceparent: traceparentOf(span),
        ended(serial, error) {
          if (serial !== undefined) span.setAttribute('streamfold.prompt.id', serial)
          else failSpan(span, error, recordContents)
          span.end(now())
        },
      }
    },
    follow: (conversation) => followFirstTexts(conversation, now, onFirstText),
  }
}

function createHistogram(provider: MeterProvider = metrics.getMeterProvider()) {
  return provider.getMeter(SCOPE).createHistogram('streamfold.time_to_first_text', {
    unit: 's',
    description: 'From a prompt, or from where a reader saw it, to the first text of its answer on the page.',
    advice: { explicitBucketBoundaries: seconds },
  })
}
