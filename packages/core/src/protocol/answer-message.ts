import type { AnswerDraft } from './answer.ts'
import { answerId } from './answer.ts'
import type { Outbound } from './codec.ts'

/** An answer as a message to publish. */
export function answerMessage({ target, call, kind, saw, text }: AnswerDraft, clientId: string | undefined): Outbound {
  return {
    id: answerId(target, call, clientId),
    name: 'answer',
    data: text,
    extras: { headers: { role: 'user', target, call, kind, saw } },
  }
}
