import type { Conversation } from '@streamfold/core'
import { selectMessage, selectMessages } from '@streamfold/core'
import { beginningOf, endOf } from '@streamfold/core/text'

/** Length at which the beginning of an answer is its final name. */
const ENOUGH = 32

/** Names responses by their prompt or their beginning. Remembers names, because every drawing needs them. */
export function createNames(state: () => Conversation): (serial: string) => string {
  const names = new Map<string, string>()
  return (serial) => {
    const known = names.get(serial)
    if (known !== undefined) return known
    const message = selectMessage(state(), serial) ?? selectMessages(state()).find(({ key }) => key === serial)
    if (!message) return beginningOf(serial, ENOUGH)
    const prompt = message.replyTo === undefined ? undefined : selectMessage(state(), message.replyTo)
    const name = beginningOf(prompt?.text || message.text, 80)
      .replaceAll(/\s+/g, ' ')
      .trim()
    // An unknown prompt may still be read from history.
    const final = message.replyTo === undefined ? message.role === 'user' || message.text.length >= ENOUGH : prompt !== undefined
    if (final) names.set(serial, name)
    return name || `… ${endOf(serial, 8)}`
  }
}
