import type { Authority } from '../auth/authenticate.ts'
import type { ChannelHost } from '../channel/channel-host.ts'
import type { Channel } from '../channel/channel.ts'

/** What a connection needs of the application that it belongs to. */
export interface ConnectionHost extends ChannelHost, Authority {
  readonly options: ChannelHost['options']
  readonly connections: {
    readonly serverId: string
    /** Closes a connection: it can be resumed no more. */
    remove(connection: { readonly id: string }): void
  }
  channel(name: string): Channel
  channels(): Iterable<Channel>
}
