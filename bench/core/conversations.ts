import type { Conversation } from '@streamfold/core'
import { emptyConversation, normalise, reduce } from '@streamfold/core'
import type { InboundMessage } from 'ably'
import { ourAnswer } from './our-wire.ts'

export function folded(state: Conversation, messages: readonly InboundMessage[]): Conversation {
  for (const message of messages) state = reduce(state, normalise(message))
  return state
}

/** A conversation of `count` answers that have ended, each of three appends. */
export function finished(count: number): Conversation {
  let state = emptyConversation()
  for (let index = 0; index < count; index++) {
    const { create, appends, close } = ourAnswer(index, ['It is ', 'quite ', 'simple.'])
    state = folded(state, [create, ...appends, close])
  }
  return state
}
