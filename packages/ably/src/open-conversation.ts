import type { RealtimeChannel } from 'ably'
import type { ConversationHandle, OpenOptions } from '@streamfold/client'
import type { MessageTypes, MessageTypesOf } from '@streamfold/core'
import { openConversation as openOn } from '@streamfold/client'
import { ablyTransport } from './transport/ably-transport.ts'

/**
 * Opens the conversation of a channel: attaches it, reads its history and follows it. A client with `autoConnect: false` is connected.
 * Openers of a channel with the same `agent`, `text`, `codec` and `permissions` share the conversation; `notifyAgent` and `scheduler` belong to one opener.
 * `setOptions` of the handle changes options. A conversation that all openers have released keeps its messages for a while; when it is
 * opened again it shows them and catches up.
 *
 * @throws ConversationError `no-channel`, `no-channel-name`, `wrong-option`.
 */
export function openConversation<T extends MessageTypesOf<T> = MessageTypes>(
  channel: RealtimeChannel,
  options: OpenOptions<T> = {},
): ConversationHandle<T> {
  return openOn(ablyTransport(channel), options)
}
