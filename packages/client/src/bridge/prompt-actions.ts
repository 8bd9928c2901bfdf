import type { Message } from '@streamfold/core'
import { selectMessages, selectUnanswered } from '@streamfold/core'
import { filesOf } from '@streamfold/core/codec'
import type { ConversationOpener } from '../open/open-conversation.ts'
import { promptText } from '../prompts/prompt-text.ts'
import { findByKey } from './answer-progress.ts'

/**
 * For a bridge that publishes what another chat sends: rejects with an immediate refusal, and resolves otherwise in the same task. A later error is shown at
 * the prompt, and must not prevent the chat from being stopped.
 */
export function taken(action: Promise<void>): Promise<void> {
  return Promise.race([action, Promise.resolve()])
}

/** What another chat sends in the place of a prompt, or to have another answer to it. */
export interface GivenPrompt {
  readonly text: string
  /** Files with their addresses, and contents. */
  readonly files?: readonly object[] | undefined
}

/**
 * Whether what another chat sends is what a prompt has, so that it asks for another answer: the same text, and files at the same addresses.
 *
 * @param keepsContents whether the chat shows the contents of a file where the prompt has its address, so that contents may be of any file
 */
export function isSamePrompt(prompt: Message, { text, files = [] }: GivenPrompt, keepsContents = false): boolean {
  const known = filesOf(prompt)
  const isSameFile = (file: object, at: number): boolean => ('url' in file ? file.url === known[at]?.url : keepsContents)
  return promptText(text) === prompt.text && files.length === known.length && files.every(isSameFile)
}

/** Whether a prompt has no answer, so that it is sent or asked once more where another chat asks for an answer to it. @param asks whether agents are asked by `notifyAgent` */
export function canAskAgain({ store }: Pick<ConversationOpener, 'store'>, { key, status }: Message, asks: boolean): boolean {
  if (status === 'failed') return true
  return asks && status === 'complete' && selectUnanswered(store.getState())?.key === key
}

/**
 * Waits until what makes a branch, an edit or a request for another response, is shown or is done. The other chat then shows the newest branch, as other tabs do.
 * @param act begins it, under the message id that it is given
 * @throws what `act` rejects with; the reason of `signal`
 */
export async function showBranch(
  { store, choose }: Pick<ConversationOpener, 'store' | 'choose'>,
  key: string,
  act: (key: string) => Promise<void>,
  { signal, onError }: { readonly signal: AbortSignal | undefined; readonly onError: (error: unknown) => void },
): Promise<void> {
  const newest = () => void choose(undefined).catch(onError)
  const action = act(key)
  newest()
  await taken(action)
  // The prompt is still being sent, or is changed where it is.
  if (!findByKey(selectMessages(store.getState()), key)) await action
  newest()
  signal?.throwIfAborted()
}
