import type { ConversationOpener } from '@streamfold/client'
import type { Conversation } from '@streamfold/core'
import { getContext, setContext } from 'svelte'

/** An opened conversation, which may change: both are followed where an effect or a derived value reads them. */
export interface OpenedConversation {
  readonly current: ConversationOpener
  /** The state to render now: on a server and during hydration the state that the server has. */
  readonly state: () => Conversation
}

const key = Symbol('conversation')

/** Provides a conversation to the calling component and to those below it. */
export function provideOpened(conversation: OpenedConversation): void {
  setContext(key, conversation)
}

/** The nearest conversation that was provided. @throws if there is none */
export function useProvided(): OpenedConversation {
  const conversation = getContext<OpenedConversation | undefined>(key)
  if (conversation) return conversation
  throw new Error(
    'unable to find the conversation; no ConversationProvider is above this component: render it inside one. What useConversation({ channelName }) opens ' +
      'is for its own component, which has all of it in the result',
  )
}
