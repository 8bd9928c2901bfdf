import type { Conversation, ConversationEvent } from '@streamfold/core'
import { createStore, emptyConversation, reduce } from '@streamfold/core'
import { ConversationError } from '../conversation-error.ts'
import type { ConversationOpener } from './open-conversation.ts'
import { sayInDevelopment } from '../say-in-development.ts'

/** The events of a channel that does not exist, read to its end: it is neither connecting nor wrong. */
const nowhere: readonly ConversationEvent[] = [
  { type: 'channel', state: 'attached' },
  { type: 'history', state: 'loaded' },
  { type: 'channel', state: 'detached' },
]

let closed: ConversationOpener | undefined

/**
 * The conversation that a binding shows without a channel: empty, and without any effect.
 * @param problem why it cannot be opened; undefined if it is only not opened yet
 */
export function unopenedConversation(problem?: ConversationError): ConversationOpener {
  if (!problem) return (closed ??= create(nowhere.reduce(reduce, emptyConversation())))
  sayInDevelopment(() => problem.message)
  const failed: ConversationEvent = { type: 'channel', state: 'failed', error: problem.message, unopened: true }
  return create(reduce(emptyConversation(), failed), problem)
}

function create(initial: Conversation, problem = notOpen()): ConversationOpener {
  const refuse = () => Promise.reject(problem)
  const nothing = () => Promise.resolve()
  return {
    store: createStore({ initial }),
    initial,
    sendMessage: refuse,
    answer: refuse,
    mayAnswer: () => false,
    edit: refuse,
    regenerate: refuse,
    choose: nothing,
    siblings: () => [],
    head: () => undefined,
    withdraw: refuse,
    stop: nothing,
    retry: refuse,
    loadOlder: nothing,
    connect: nothing,
    disconnect: nothing,
    setOptions() {},
    retain: () => () => {},
  }
}

function notOpen(): ConversationError {
  return new ConversationError(
    'no-channel-name',
    'unable to send the prompt; no conversation is open: give a channel name first, or enable it',
  )
}
