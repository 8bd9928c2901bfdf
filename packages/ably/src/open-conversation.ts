import type { RealtimeChannel } from 'ably'
import type { ConversationHandle, OpenOptions } from '@streamfold/client'
import type { Headers, HeadersOf } from '@streamfold/core'
import { openConversation as openOn } from '@streamfold/client'
import { ablyTransport } from './transport/ably-transport.ts'

/**
 * Opens the conversation of a channel: attaches it, reads its history, follows it; a client that was told not to connect by
 * itself is connected. All who open a channel share: each option is that of the first of them who gives it, except `notifyAgent`,
 * which is each opener's own. A conversation that was released by all keeps its messages for a while: opened again it shows
 * them and catches up.
 *
 * @throws ConversationError `no-channel`, `no-channel-name`, `wrong-option`.
 */
export function openConversation<H extends HeadersOf<H> = Headers>(
  channel: RealtimeChannel,
  options: OpenOptions<H> = {},
): ConversationHandle<H> {
  return openOn(ablyTransport(channel), options)
}
