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

/**
 * A conversation of `count` prompts, each with its answer. Of five prompts one is an edit of the prompt before it, and one asks for another response to it, so
 * most of the messages are on the path.
 */
export function branched(count: number): Conversation {
  let state = emptyConversation()
  for (let index = 0; index < count; index++) {
    const { prompt, create, close } = ourAnswer(index, [])
    const before = index === 0 ? undefined : ourAnswer(index - 1, [])
    const names = {
      ...(before && { parent: before.create.serial ?? '' }),
      ...(index % 5 === 1 && before && { edits: before.prompt.serial ?? '' }),
      ...(index % 5 === 3 && before && { again: before.prompt.serial ?? '' }),
    }
    const asked = { ...prompt, ...('again' in names && { data: '' }), extras: { headers: { role: 'user', ...names } } }
    state = folded(state, [asked, create, close])
  }
  return state
}
