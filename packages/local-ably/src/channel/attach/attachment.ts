import type { ChannelAddress } from '../channel-name.ts'
import type { Channel } from '../channel.ts'
import { Subscription, type Subscriber } from '../deliver/subscription.ts'

/** One connection on one channel: the channel's subscription together with the channel. */
export class Attachment extends Subscription {
  readonly channel: Channel

  constructor(connection: Subscriber, channel: Channel, address: ChannelAddress) {
    super(connection, address)
    this.channel = channel
  }
}
