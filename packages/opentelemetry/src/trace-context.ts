import type { Context, Span, SpanContext } from '@opentelemetry/api'
import { isSpanContextValid, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { readTraceparent } from '@streamfold/core/transport'

/** The trace context that a message carries for a span (P133); undefined for a span that is in no trace. */
export function traceparentOf(span: Span): string | undefined {
  const { traceId, spanId, traceFlags } = span.spanContext()
  if (!isSpanContextValid(span.spanContext())) return undefined
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

/** The span that a trace context of a message names; undefined for what is no trace context. */
export function remoteSpan(traceparent: unknown): SpanContext | undefined {
  const valid = readTraceparent(traceparent)
  if (valid === undefined) return undefined
  const [, traceId, spanId, flags] = valid.split('-') as [string, string, string, string] // As its form says.
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
}

/** A context in which that span is the parent. */
export function contextOf(span: SpanContext | undefined): Context {
  return span ? trace.setSpanContext(ROOT_CONTEXT, span) : ROOT_CONTEXT
}
