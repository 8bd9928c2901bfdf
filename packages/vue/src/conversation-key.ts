import type { ConversationOpener } from '@streamfold/client'
import type { InjectionKey, ShallowRef } from 'vue'
import { inject } from 'vue'

/** A provided conversation, which may change. */
export type ProvidedConversation = Readonly<ShallowRef<ConversationOpener>>

export const conversationKey: InjectionKey<ProvidedConversation> = Symbol('conversation')

/** The conversation of the nearest `ConversationProvider`. @throws if there is none */
export function useProvided(): ProvidedConversation {
  const conversation = inject(conversationKey, undefined)
  if (conversation) return conversation
  throw new Error(
    'unable to find the conversation; no ConversationProvider is above this component: render it inside one. What useConversation({ channelName }) opens ' +
      'is for its own component, which has all of it in the result',
  )
}
