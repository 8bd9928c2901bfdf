import type { ConversationOpener } from '@streamfold/client'
import { createContext, useContext } from 'react'

export const ConversationContext = createContext<ConversationOpener | undefined>(undefined)

/** Returns `opened`, or otherwise the conversation of the nearest `ConversationProvider`. @throws if there is none */
export function useProvided(opened?: ConversationOpener): ConversationOpener {
  const provided = useContext(ConversationContext)
  const conversation = opened ?? provided
  if (conversation) return conversation
  throw new Error(
    'unable to find the conversation; no ConversationProvider is above this component: render it inside one. What useConversation({ channelName }) opens ' +
      'is for its own component, which has all of it in the result',
  )
}
