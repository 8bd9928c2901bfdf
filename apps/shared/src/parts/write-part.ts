import type { Message, MessagePart, Store } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import { isSettled } from '../chat/message-view.ts'
import { createAnswerText } from '../markdown/answer-text.ts'
import { copyText } from '../markdown/copy.ts'
import { loadMarkdown } from '../markdown/load-markdown.ts'
import { citedText } from './cited-text.ts'
import { sourceNumbers } from './sources.ts'

// Fetched beside the page's first requests, so that it is there before the first answer.
void loadMarkdown()

/**
 * Writes the text of a part into an element while it grows, outside the framework: a token renders no component.
 *
 * @param index place of the part in the message
 * @returns stops writing
 */
export function writePart(root: HTMLElement, store: Store, id: string, index: number): () => void {
  const answer = createAnswerText(root)
  let written: readonly [part: MessagePart | undefined, final: boolean] | undefined
  const write = (message = selectMessage(store.getSnapshot(), id)) => {
    if (!message) return
    const part = message.parts[index]
    const final = isSettled(message) || (part !== undefined && 'state' in part && part.state === 'done')
    // Another part grows. The number of a source may come after its citation.
    if (written && part !== undefined && part === written[0] && final === written[1] && !('citations' in part)) return
    written = [part, final]
    answer.update(textOf(part, message), final)
  }
  write()
  const stop = store.subscribeTo(id, write)
  return () => {
    stop()
    answer.stop()
  }
}

function textOf(part: MessagePart | undefined, { parts }: Message): string {
  if (part?.type === 'reasoning') return part.text
  if (part?.type !== 'text') return ''
  return part.citations ? citedText(part, sourceNumbers(parts)) : part.text
}

/** Copies the text of an answer as it is now, which may be more than its component was rendered with. */
export function copyAnswer(button: HTMLElement, store: Store, id: string): Promise<void> {
  return copyText(button, selectMessage(store.getSnapshot(), id)?.text ?? '')
}
