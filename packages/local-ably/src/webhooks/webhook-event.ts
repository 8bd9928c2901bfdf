import type { WireMessage } from '../protocol/protocol-message.ts'

/** What a channel delivered: the messages of one publish, or one version. */
export interface WebhookEvent {
  readonly channel: string
  readonly channelSerial: string
  readonly messages: readonly WireMessage[]
  /** When it was delivered, in milliseconds since the epoch. */
  readonly at: number
}

/** The name of the data centre in requests. */
export const SITE = 'local'
