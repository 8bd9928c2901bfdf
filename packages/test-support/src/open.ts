import type { ConversationHandle, OpenOptions } from '@streamfold/ably'
import { openConversation } from '@streamfold/ably'
import type { Conversation } from '@streamfold/core'
import { selectConnectionStatus, selectMessages } from '@streamfold/core'
import type { RealtimeChannel } from 'ably'
import { onTestFinished } from 'vitest'

/** Opens a conversation that tells its subscribers at once, so that no state is missed between frames. */
export function open(channel: RealtimeChannel, options: OpenOptions = {}): ConversationHandle {
  const handle = openConversation(channel, { scheduler: (flush) => flush(), ...options })
  onTestFinished(() => handle.release())
  return handle
}

export const live = (state: Conversation) => selectConnectionStatus(state) === 'live'

export function texts(state: Conversation): readonly string[] {
  return selectMessages(state).map(({ text }) => text)
}
