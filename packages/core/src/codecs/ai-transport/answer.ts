import type { AnswerToEncode, Outbound } from '../../protocol/codec.ts'
import type { AnswerKind } from '../../protocol/answer.ts'
import { isObject, parsed, textOf } from '../../shared/json.ts'

/**
 * An answer as clients of AI Transport publish one into the run that waits. Their format has no place for the input that was shown. The id is
 * also the event that an agent is woken with.
 */
export function answer({ id, call, kind, text, response, name, clientId }: AnswerToEncode): Outbound {
  const { 'run-id': run, 'codec-message-id': last } = response.headers
  const of = name ?? last
  const transport = {
    role: 'user',
    ...(run !== undefined && { 'run-id': run }),
    ...(of !== undefined && { 'codec-message-id': of, parent: of }),
    ...(clientId !== undefined && { 'run-client-id': clientId }),
    'event-id': id,
    stream: 'false',
  }
  const { data, ...codec } = contentsOf(kind, parsed(text))
  return { id, name: 'ai-input', data, extras: { ai: { transport, codec: { toolCallId: call, ...codec } } } }
}

interface Contents {
  readonly kind: string
  readonly approved?: string
  readonly reason?: string
  readonly data: string | object
}

function contentsOf(kind: AnswerKind, value: unknown): Contents {
  const fields = isObject(value) ? value : {}
  switch (kind) {
    case 'approve':
    case 'deny': {
      const reason = textOf(fields['reason'])
      const approved = String(kind === 'approve')
      return { kind: 'tool-approval-response', approved, ...(reason !== undefined && { reason }), data: '' }
    }
    case 'output':
      return { kind: 'tool-result', data: { output: value } }
    case 'fault':
      return { kind: 'tool-result-error', data: { message: textOf(fields['error']) ?? '' } }
    default:
      return kind satisfies never
  }
}
