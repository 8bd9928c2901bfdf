import type { Conversation } from './conversation.ts'
import { hear, settleWhole } from './fold-whole.ts'
import { findWhole, listWholes } from './list-wholes.ts'
import type { Message } from './message.ts'
import type { Messages } from './messages.ts'
import { counting, partsOf, promptCalled, wholeOf } from './whole.ts'

/**
 * How messages that are parts of a whole are folded and shown. A conversation is given it by its dialect, so that a page whose
 * messages stand alone carries none of it.
 */
export interface Wholes {
  /** All messages in order, each whole in the place of its first part. */
  readonly list: (messages: Messages) => readonly Message[]
  /** The whole that a message is a part of; undefined for one that stands alone. */
  readonly find: (messages: Messages, message: Message) => Message | undefined
  /** The parts that count of the whole of a message; the message itself where it stands alone. */
  readonly parts: (messages: Messages, message: Message) => readonly Message[]
  /** The key of a whole: what its other parts have, or where there are none what it would best have. Undefined for a message that stands alone. */
  readonly key: (messages: Messages, message: Message) => { readonly taken?: string; readonly wanted: string } | undefined
  /** The serial of the prompt with this serial or key; the name itself where it is not known. */
  readonly prompt: (messages: Messages, name: string) => string
  /** What a change of a message means for its whole. @param before what it was, where it was known */
  readonly settle: (state: Conversation, message: Message, before?: Message) => Conversation
  /** An agent was heard to be at work on the whole of this name, though not on its text. */
  readonly sign: (state: Conversation, of: string) => Conversation
}

export const wholes: Wholes = {
  list: listWholes,
  find(messages, message) {
    const whole = wholeOf(message)
    return whole === undefined ? undefined : findWhole(messages, whole)
  },
  parts(messages, message) {
    const whole = wholeOf(message)
    return whole === undefined ? [message] : counting(partsOf(messages, whole))
  },
  key(messages, message) {
    const whole = wholeOf(message)
    if (whole === undefined) return undefined
    const taken = partsOf(messages, whole).find(({ id }) => id !== message.id)?.key
    const wanted = message.role === 'assistant' ? whole : message.key
    return taken === undefined ? { wanted } : { taken, wanted }
  },
  prompt: promptCalled,
  settle(state, message, before) {
    const names = new Set([before && wholeOf(before), wholeOf(message)])
    return [...names].reduce((next, whole) => (whole === undefined ? next : settleWhole(next, whole)), state)
  },
  sign: hear,
}
