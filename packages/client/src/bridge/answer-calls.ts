import type { Decision, ShownCall } from '../answers/call.ts'
import { ConversationError } from '../conversation-error.ts'
import type { SharedConversation } from '../open/open-conversation.ts'

/** What the page of another chat has decided about a call that waits. */
export interface CallDecision<Call extends ShownCall = ShownCall> {
  /** The call, with the input that the page shows. */
  readonly shown: Call
  readonly decision: Decision
}

/**
 * Publishes what the page of another chat has decided, for a bridge to it. A call that somebody else has decided meanwhile keeps that decision.
 * @throws ConversationError where a decision cannot be published; see `answer`
 */
export async function answerCalls(
  decisions: readonly CallDecision[],
  { answer }: Pick<SharedConversation, 'answer'>,
): Promise<void> {
  await Promise.all(decisions.map(({ shown, decision }) => answer(shown, decision).catch(unlessTooLate)))
}

/** Somebody else has decided: their answer is shown. */
function unlessTooLate(error: unknown): void {
  if (!(error instanceof ConversationError && error.code === 'too-late')) throw error
}
