import type { Span } from '@opentelemetry/api'
import { SpanStatusCode } from '@opentelemetry/api'
import { errorType } from './error-type.ts'

/** Marks a span as failed. @param withMessage whether it has the error's message, which may quote prompts, keys and addresses */
export function failSpan(span: Span, error: unknown, withMessage: boolean): void {
  span.setAttribute('error.type', errorType(error))
  const message = withMessage ? { message: error instanceof Error ? error.message : String(error) } : {}
  span.setStatus({ code: SpanStatusCode.ERROR, ...message })
}
