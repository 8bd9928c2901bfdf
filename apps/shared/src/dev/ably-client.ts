import { BaseRealtime, FetchRequest, RealtimePresence, Rest, WebSocketTransport, XHRPolling } from 'ably/modular'
import type { RealtimeClient } from 'ably'
import { ablyOptions } from './ably-options.ts'

/**
 * The page's Ably client, of the parts that a conversation needs: the whole client has encryption and MessagePack too, and is a fifth larger.
 * `Rest` is for history and the service's time.
 */
export function createAblyClient(...options: Parameters<typeof ablyOptions>): RealtimeClient {
  const plugins = { WebSocketTransport, XHRPolling, FetchRequest, RealtimePresence, Rest }
  return new BaseRealtime({ ...ablyOptions(...options), plugins })
}
