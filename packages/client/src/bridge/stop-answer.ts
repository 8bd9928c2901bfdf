import type { Message } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import type { AnswerName } from './answer-progress.ts'
import { answerProgress, findByKey, isRunning } from './answer-progress.ts'
import type { SharedConversation } from '../open/open-conversation.ts'
import { until } from './until.ts'

/**
 * Stops an answer in every tab, for a bridge to another chat: one that is open or waits, or its prompt while it has none. Waits for the serial of a prompt
 * that is being sent. Does nothing for an answer that has ended.
 * @param response the response, if it is known already
 * @throws ConversationError `stop-failed`
 */
export async function stopAnswer(
  { store, stop }: Pick<SharedConversation, 'store' | 'stop'>,
  name: AnswerName,
  response?: Message,
): Promise<void> {
  const target = await until(store, (state) => {
    const progress = answerProgress(state, name, response)
    if (progress.type === 'written') return isOpen(progress.message) ? progress.message.id : ''
    if (progress.type === 'missing') return ''
    const prompt = findByKey(selectMessages(state), name)
    // The prompt is still being sent and has no serial yet.
    return prompt?.status === 'sending' ? undefined : (prompt?.id ?? '')
  })
  if (target) await stop(target)
}

/** One that waits can be stopped, too. */
function isOpen(message: Message): boolean {
  return isRunning(message) || message.status === 'waiting'
}
