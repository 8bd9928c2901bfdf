import type { AnswerName, ConversationOpener, PromptInput } from '@streamfold/client'
import { addressFiles, findByKey, promptText, randomId } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import { selectMessages, selectUnanswered } from '@streamfold/core'
import type { ChatConnectionOptions } from '../connection-options.ts'
import type { Prompt } from './prompt-of.ts'

/**
 * Publishes the last message of a chat: a new prompt, or one that the conversation has: with another text that is an edit, with the same text the chat
 * asks for another answer (`reload`), or asks again for one that has none.
 *
 * @param id of the message in the chat; undefined if it has none
 * @throws ConversationError; nothing was published then
 */
export async function publishPrompt(
  id: string | undefined,
  { text: given, files = [], headers }: Prompt,
  conversation: ConversationOpener,
  { notifyAgent, upload, onError = () => undefined }: ChatConnectionOptions,
  signal: AbortSignal | undefined,
): Promise<AnswerName> {
  const { store } = conversation
  const find = (key: string) => findByKey(selectMessages(store.getState()), key)
  const known = id === undefined ? undefined : find(id)
  const prompt = known?.role === 'user' ? known : undefined
  const text = promptText(given)
  const own = headers && { headers }

  if (prompt && prompt.text === text) {
    if (canRetry(prompt)) {
      await taken(conversation.retry(prompt.id))
      return prompt.key
    }
    return branched((key) => conversation.regenerate(prompt.id, { ...own, id: key }))
  }
  const addressed = await addressFiles(files, upload, signal)
  if (prompt && prompt.status !== 'failed') {
    const key = await branched((next) => conversation.edit(prompt.id, text, { ...own, files: addressed, id: next }))
    // A prompt that no agent has taken yet is changed where it is.
    return find(key) ? key : prompt.key
  }
  const key = id !== undefined && /^[\w-]+$/.test(id) && !known ? id : randomId()
  await taken(conversation.sendMessage(given, { ...own, files: addressed as PromptInput['files'], id: key }))
  return key

  /** Whether the prompt has no answer, so it can be sent or asked once more. */
  function canRetry({ key: its, status }: Message): boolean {
    if (status === 'failed') return true
    return notifyAgent !== undefined && status === 'complete' && selectUnanswered(store.getState())?.key === its
  }

  /** Waits until what makes a branch is shown, or is done. The chat then shows the newest branch, as other tabs do. */
  async function branched(act: (key: string) => Promise<void>): Promise<AnswerName> {
    const next = randomId()
    const newest = () => void conversation.choose(undefined).catch(onError)
    newest()
    const action = act(next)
    await taken(action)
    // The prompt is still being sent, or is changed where it is.
    if (!find(next)) await action
    newest()
    signal?.throwIfAborted()
    return next
  }
}

/** Rejects with an immediate refusal. A later error is shown at the prompt, and must not prevent the chat from being stopped. */
function taken(call: Promise<void>): Promise<void> {
  return Promise.race([call, Promise.resolve()])
}
