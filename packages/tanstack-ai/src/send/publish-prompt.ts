import type { AnswerName, ConversationOpener, PromptInput } from '@streamfold/client'
import { addressFiles, canAskAgain, findByKey, promptText, randomId, showBranch, taken } from '@streamfold/client'
import { selectMessages } from '@streamfold/core'
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
  const branching = { signal, onError }
  const next = randomId()

  if (prompt && prompt.text === text) {
    if (canAskAgain(conversation, prompt, notifyAgent !== undefined)) {
      await taken(conversation.retry(prompt.id))
      return prompt.key
    }
    await showBranch(conversation, next, (key) => conversation.regenerate(prompt.id, { ...own, id: key }), branching)
    return next
  }
  const addressed = await addressFiles(files, upload, signal)
  if (prompt && prompt.status !== 'failed') {
    const edit = (key: string) => conversation.edit(prompt.id, text, { ...own, files: addressed, id: key })
    await showBranch(conversation, next, edit, branching)
    // A prompt that no agent has taken yet is changed where it is.
    return find(next) ? next : prompt.key
  }
  const key = id !== undefined && /^[\w-]+$/.test(id) && !known ? id : next
  await taken(conversation.sendMessage(given, { ...own, files: addressed as PromptInput['files'], id: key }))
  return key
}
