import type { AnswerName, ConversationOpener, PromptInput } from '@streamfold/client'
import { addressFiles, canAskAgain, findByKey, isSamePrompt, promptText, randomId, showBranch, taken } from '@streamfold/client'
import { selectMessages } from '@streamfold/core'
import type { ChatConnectionOptions } from '../connection-options.ts'
import type { Prompt } from './prompt-of.ts'

/** What a chat wants published. */
export interface Wanted extends Prompt {
  /** The id that it is to have on the channel. Another one is made where the channel could not take this one. */
  readonly id: string
  /** The key of the prompt in whose place it is, or that is to be answered again; undefined for a new prompt. */
  readonly edits: string | undefined
}

/** Options of `publishPrompt`. */
export interface PublishOptions extends ChatConnectionOptions {
  /** Called before files are uploaded: until then, or without any, the prompt is shown in the task of the call. */
  readonly onUpload: () => void
}

/**
 * Publishes the last message of a chat: a new prompt, or one that the conversation has: with another text or other files that is an edit, with the same ones
 * the chat asks for another answer (`reload`), or asks again for one that has none.
 *
 * @throws ConversationError; nothing was published then
 */
export async function publishPrompt(
  { id, edits, text: given, files = [], headers }: Wanted,
  conversation: ConversationOpener,
  { notifyAgent, upload, onError = () => undefined, onUpload }: PublishOptions,
  signal: AbortSignal | undefined,
): Promise<AnswerName> {
  const { store } = conversation
  const find = (key: string) => findByKey(selectMessages(store.getState()), key)
  const prompt = edits === undefined ? undefined : find(edits)
  const text = promptText(given)
  const own = headers && { headers }
  const branching = { signal, onError }
  const key = /^[\w-]+$/.test(id) ? id : randomId()

  if (prompt && isSamePrompt(prompt, { text, files })) {
    if (canAskAgain(conversation, prompt, notifyAgent !== undefined)) {
      await taken(conversation.retry(prompt.id))
      return prompt.key
    }
    await showBranch(conversation, key, (next) => conversation.regenerate(prompt.id, { ...own, id: next }), branching)
    return key
  }
  const having = addressFiles(files, upload, signal)
  if (having instanceof Promise) onUpload()
  const addressed = await having
  if (prompt && prompt.status !== 'failed') {
    const edit = (next: string) => conversation.edit(prompt.id, text, { ...own, files: addressed, id: next })
    await showBranch(conversation, key, edit, branching)
    // A prompt that no agent has taken yet is changed where it is.
    return find(key) ? key : prompt.key
  }
  await taken(conversation.sendMessage(given, { ...own, files: addressed as PromptInput['files'], id: key }))
  return key
}
