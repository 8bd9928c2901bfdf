import type { AnswerName, ConversationOpener } from '@streamfold/client'
import {
  addressFiles,
  answerName,
  canAskAgain,
  findByKey,
  isSamePrompt,
  promptText,
  randomId,
  showBranch,
  taken,
} from '@streamfold/client'
import type { Message } from '@streamfold/core'
import { selectMessages, selectPrompt } from '@streamfold/core'
import type { ChatMessage, RequestOptions, SendRequest } from './messages/chat-message.ts'
import type { Prompt } from './messages/prompt-of.ts'
import type { Drafts, Shown } from './messages/shown.ts'
import type { ChatTransportOptions } from './transport-options.ts'

/** Options of `publishPrompt`. */
export interface PublishPromptOptions<M extends ChatMessage> {
  readonly conversation: ConversationOpener
  readonly options: ChatTransportOptions<M>
  readonly read: (message: M, request: RequestOptions) => Prompt
  /** The messages that the chat shows now. */
  readonly shown: () => readonly Shown[]
  readonly drafts: Drafts
  /** Whether the chat has the messages of the conversation, with the addresses of their files. */
  readonly isFollowed: () => boolean
  readonly onError: (error: unknown) => void
}

/** What was asked for. */
export interface Asked {
  readonly name: AnswerName
  /** Answers that the chat does not show any more. */
  readonly gone: readonly AnswerName[]
}

/**
 * Publishes the user's message, or asks for another answer to it, in the same task as the call if nothing is to be uploaded, so that the
 * conversation has the prompt at once.
 * @throws ConversationError, or the error of `read`; nothing was published then
 */
export async function publishPrompt<M extends ChatMessage>(
  { trigger, messageId, messages, abortSignal, headers, body, metadata }: SendRequest<M>,
  { conversation, options, read, shown, drafts, isFollowed, onError }: PublishPromptOptions<M>,
): Promise<Asked> {
  const { store } = conversation
  const message = messages.at(-1)
  if (message?.role !== 'user')
    throw new Error('unable to send the prompt; the last message is not a user’s: only users’ messages go over the channel')
  const prompt = read(message, { headers, body, metadata })
  if (typeof (prompt as Partial<Prompt> | undefined)?.text !== 'string')
    throw new Error('unable to send the prompt; the option `prompt` returned no text: return { text } from it, not a promise')
  const text = promptText(prompt.text)
  const again = trigger === 'regenerate-message'
  const named = shown().find(({ id, message: known }) => id === message.id && known.role === 'user')?.message
  const own = { ...(prompt.headers && { headers: prompt.headers }) }
  const branching = { signal: abortSignal, onError }

  if (named && again && isSamePrompt(named, prompt, !isFollowed())) {
    if (canAskAgain(conversation, named, options.notifyAgent !== undefined)) {
      await taken(conversation.retry(named.id))
      return { name: named.key, gone: [] }
    }
    const key = randomId()
    const gone = [...namesFrom(named), ...attemptsAt(named)]
    await showBranch(conversation, key, (id) => conversation.regenerate(named.id, { ...own, id }), branching)
    return { name: key, gone }
  }
  const having = addressFiles(prompt.files ?? [], options.upload, abortSignal)
  const files = having instanceof Promise ? await unlessAborted(having, abortSignal) : having
  const edited = again || messageId !== undefined ? named : undefined
  if (edited && edited.status !== 'failed') {
    const key = randomId()
    const gone = namesFrom(edited)
    await showBranch(conversation, key, (id) => conversation.edit(edited.id, text, { ...own, files, id }), branching)
    // A prompt that no agent has taken yet is changed where it is.
    return find(key) ? { name: key, gone } : { name: find(edited.key)?.key ?? edited.key, gone: [] }
  }
  const key = isFree(message.id) ? message.id : randomId()
  if (key !== message.id && (edited || !named)) drafts.ids.set(key, message.id)
  // The channel has nothing that could be edited.
  if (edited) drafts.replaced.add(edited.key)
  try {
    await taken(conversation.sendMessage(prompt.text, { ...own, files, id: key }))
  } catch (error) {
    drafts.ids.delete(key)
    if (edited) drafts.replaced.delete(edited.key)
    throw error
  }
  return { name: key, gone: edited ? namesFrom(edited) : [] }

  /** The answers that are shown from a prompt on. */
  function namesFrom({ id }: Message): readonly AnswerName[] {
    const all = shown().map((one) => one.message)
    const from = all.slice(all.findIndex((one) => one.id === id))
    return from.map((one) => (one.role === 'user' ? one.key : answerName(store.getState(), one)))
  }

  /** The answers that were asked for so far, those without a message among them. */
  function attemptsAt({ id }: Message): readonly AnswerName[] {
    const state = store.getState()
    return selectMessages(state).flatMap((one) =>
      one.again !== undefined && selectPrompt(state, one.id)?.id === id ? [one.key] : [],
    )
  }

  function find(key: string): Message | undefined {
    return findByKey(selectMessages(store.getState()), key)
  }

  /** Whether an id is unused: a used one would identify the earlier prompt and its answer. */
  function isFree(id: string): boolean {
    return /^[\w-]+$/.test(id) && !find(id)
  }
}

/** Rejects with the reason of the abort, which is how the chat knows that it was stopped. */
function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  return work.catch((error: unknown) => {
    signal?.throwIfAborted()
    throw error
  })
}
