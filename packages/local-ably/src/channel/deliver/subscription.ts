import type { Principal } from '../../auth/principal.ts'
import { Mode } from '../../protocol/flags.ts'
import { Frame } from '../../protocol/frame.ts'
import type { AppendConflation } from './append-conflation.ts'
import type { ChannelAddress } from '../channel-name.ts'
import type { Deltas } from './deltas.ts'
import { compileFilter, type Filter } from './filter.ts'

/** The part of a connection that a channel needs to deliver to it. */
export interface Subscriber {
  readonly id: string
  readonly clientId: string | undefined
  readonly principal: Principal
  /** Whether the connection receives its own messages. */
  readonly echo: boolean
  send(frame: Frame): void
}

/** The state of a channel's deliveries to one connection: modes, filter, and the messages already sent. */
export class Subscription {
  readonly connection: Subscriber
  readonly address: ChannelAddress
  modes: number
  /** The requested modes. Each new token grants them again. */
  requested = 0
  params: Readonly<Record<string, string>>
  /** Messages this attachment has been sent up to their last version: appends to any other begin with a full update. */
  readonly sent = new Set<string>()
  conflation: AppendConflation | undefined
  /** Set where messages are sent as what changed since the one before. */
  deltas: Deltas | undefined
  /** Which messages a derived channel lets through; all without. */
  readonly filter: Filter | undefined

  constructor(connection: Subscriber, address: ChannelAddress) {
    this.connection = connection
    this.address = address
    this.filter = address.filter === undefined ? undefined : compileFilter(address.filter)
    this.modes = 0
    this.params = {}
  }

  has(mode: number): boolean {
    return (this.modes & mode) !== 0
  }

  /** Whether messages from the connection `publisher` are delivered here. */
  hears(publisher: string | undefined): boolean {
    if (!this.has(Mode.SUBSCRIBE)) return false
    if (publisher === undefined || publisher !== this.connection.id) return true
    return this.connection.echo && this.params['echo'] !== 'false'
  }

  get fullAppends(): boolean {
    return this.params['appendMode'] === 'full'
  }

  /** Sends a frame that all subscribers share, under this client's name for the channel. */
  send(frame: Frame): void {
    const named = frame.message.channel === this.address.name ? frame : renamed(frame, this.address.name)
    this.connection.send(this.deltas === undefined ? named : withDeltas(named, this.deltas))
  }
}

function renamed(frame: Frame, channel: string): Frame {
  return new Frame({ ...frame.message, channel })
}

function withDeltas(frame: Frame, deltas: Deltas): Frame {
  const { messages } = frame.message
  if (messages === undefined) return frame
  return new Frame({ ...frame.message, messages: messages.map((message) => deltas.apply(message)) })
}
