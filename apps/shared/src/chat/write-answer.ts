import type { Store } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import { createAnswerText } from '../markdown/answer-text.ts'
import { copyText } from '../markdown/copy.ts'
import { loadMarkdown } from '../markdown/load-markdown.ts'
import { isSettled } from './message-view.ts'

// Fetched beside the page's first requests, so that it is there before the first answer.
void loadMarkdown()

/**
 * Writes an answer into an element while it grows, outside the framework: a token renders no component.
 * @returns stops writing
 */
export function writeAnswer(root: HTMLElement, store: Store, id: string): () => void {
  const answer = createAnswerText(root)
  const write = (message = selectMessage(store.getSnapshot(), id)) => {
    if (message) answer.update(message.text, isSettled(message))
  }
  write()
  const stop = store.subscribeTo(id, write)
  return () => {
    stop()
    answer.stop()
  }
}

/** Copies an answer as it is now, which may be more than its component was rendered with. */
export function copyAnswer(button: HTMLElement, store: Store, id: string): Promise<void> {
  return copyText(button, selectMessage(store.getSnapshot(), id)?.text ?? '')
}
