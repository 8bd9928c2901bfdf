import type { AnswerDraft } from './answer.ts'
import { answerId } from './answer.ts'
import type { Outbound } from './codec.ts'

/**
 * An answer as a message to publish. Its author publishes it once, however often it is published under the same id (P6).
 *
 * @param attempt counts up from 0, the default, while the message that the service has under the id is another one: an earlier answer that does
 *   not count, or a message of another user
 */
export function answerMessage(draft: AnswerDraft, clientId: string | undefined, attempt = 0): Outbound {
  const { target, call, kind, saw, text } = draft
  return {
    id: answerId(draft, clientId, attempt),
    name: 'answer',
    data: text,
    extras: { headers: { role: 'user', target, call, kind, saw } },
  }
}
