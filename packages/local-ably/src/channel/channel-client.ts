import type { ResolvedOptions } from '../options/options.ts'
import type { Attachment } from './attach/attachment.ts'
import type { Channel } from './channel.ts'
import type { Subscriber } from './deliver/subscription.ts'

/** The part of a connection that the channel operations use. */
export interface ChannelClient extends Subscriber {
  readonly host: { readonly options: ResolvedOptions; channel(name: string): Channel }
  /** By the name that the client uses, qualifiers included. */
  readonly attachments: Map<string, Attachment>
  /** Set where the connection replaces one whose continuity was lost: its attaches do not resume. */
  readonly continuityLost: boolean
  /** Publishes every pending append of the connection. */
  flushAppends(): void
}
