import { addressFiles, promptText, randomId, type ConversationOpener } from '@streamfold/client'
import type { Headers, Message } from '@streamfold/core'
import { selectMessages, selectUnanswered } from '@streamfold/core'
import type { AnswerName } from './answer.ts'
import { findByKey } from './answer.ts'
import type { ChatMessage, RequestOptions, SendRequest } from './chat-message.ts'
import type { Draft, Shown } from './superseded.ts'
import { SUPERSEDES } from './superseded.ts'
import type { Prompt } from './prompt-of.ts'
import type { ChatTransportOptions } from './transport-options.ts'
import { until } from './until.ts'

/** Options of `publishPrompt`. */
export interface PublishPromptOptions<M extends ChatMessage> {
  readonly conversation: ConversationOpener
  readonly options: ChatTransportOptions<M>
  readonly read: (message: M, request: RequestOptions) => Prompt
  /** The messages that the chat shows now. */
  readonly shown: () => readonly Shown[]
  readonly drafts: Map<string, Draft>
}

/**
 * Publishes the user's message, in the same task as the call if nothing is to be uploaded, so that the conversation has the prompt at once.
 * @returns the key of the prompt, and that of the prompt it supersedes
 * @throws ConversationError, or the error of `read`; nothing was published then
 */
export async function publishPrompt<M extends ChatMessage>(
  { trigger, messageId, messages, abortSignal, headers, body, metadata }: SendRequest<M>,
  { conversation, options, read, shown, drafts }: PublishPromptOptions<M>,
): Promise<{ readonly name: AnswerName; readonly supersedes?: AnswerName }> {
  const { store } = conversation
  const message = messages.at(-1)
  if (message?.role !== 'user')
    throw new Error('unable to send the prompt; the last message is not a user’s: only users’ messages go over the channel')
  const prompt = read(message, { headers, body, metadata })
  if (typeof (prompt as Partial<Prompt> | undefined)?.text !== 'string')
    throw new Error('unable to send the prompt; the option `prompt` returned no text: return { text } from it, not a promise')
  if (prompt.headers && SUPERSEDES in prompt.headers)
    throw new Error(
      `unable to send the prompt; the header \`${SUPERSEDES}\` names what an edit replaces: give yours another name`,
    )
  const again = trigger === 'regenerate-message'
  const named = shown().find(({ id, message: known }) => id === message.id && known.role === 'user')?.message

  if (named && again && named.text === promptText(prompt.text) && canRetry(named)) {
    await taken(conversation.retry(named.id))
    return { name: named.key }
  }
  const having = addressFiles(prompt.files ?? [], options.upload, abortSignal)
  const files = having instanceof Promise ? await unlessAborted(having, abortSignal) : having
  const replaced = again || messageId !== undefined ? named : undefined
  // On the channel, a prompt names the one it replaces by its serial.
  if (replaced?.status === 'sending')
    await until(store, () => (find(replaced.key)?.status === 'sending' ? undefined : true), abortSignal)
  abortSignal?.throwIfAborted()
  const old = replaced && find(replaced.key)
  const key = isFree(message.id) ? message.id : randomId()
  if (replaced || (key !== message.id && !named)) {
    drafts.set(key, { id: message.id, ...(replaced && { supersedes: replaced.key }) })
  }
  const supersedes: Headers = old && old.status !== 'failed' ? { [SUPERSEDES]: old.id } : {}
  try {
    await taken(conversation.sendMessage(prompt.text, { files, id: key, headers: { ...prompt.headers, ...supersedes } }))
  } catch (error) {
    drafts.delete(key)
    throw error
  }
  return { name: key, ...(replaced && { supersedes: replaced.key }) }

  function find(key: string): Message | undefined {
    return findByKey(selectMessages(store.getState()), key)
  }

  /** Whether the prompt has no answer, so it can be sent or asked once more instead of being replaced. */
  function canRetry({ key, status }: Message): boolean {
    if (status === 'failed') return true
    return options.notifyAgent !== undefined && status === 'complete' && selectUnanswered(store.getState())?.key === key
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

/** Rejects with an immediate refusal. A later error is shown at the prompt, and must not prevent the chat from being stopped. */
function taken(call: Promise<void>): Promise<void> {
  return Promise.race([call, Promise.resolve()])
}
