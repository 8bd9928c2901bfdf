import { Action, MessageAction } from '../../protocol/actions.ts'
import { Mode } from '../../protocol/flags.ts'
import { Frame } from '../../protocol/frame.ts'
import { messageSerial } from '../../protocol/serials.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Subscription } from '../deliver/subscription.ts'

export type OccupancyMetrics = Readonly<
  Record<
    | 'connections'
    | 'publishers'
    | 'subscribers'
    | 'presenceConnections'
    | 'presenceMembers'
    | 'presenceSubscribers'
    | 'objectPublishers'
    | 'objectSubscribers',
    number
  >
>

/** What is counted of a channel. */
interface Counted {
  readonly name: string
  readonly attachments: ReadonlySet<Subscription>
  readonly presence: { readonly size: number }
  readonly serials: { readonly head: string }
  readonly host: { readonly options: { readonly clock: Clock } }
}

/** Counts the uses of a channel, for its status and for attachments with `params.occupancy` (P89). */
export class Occupancy {
  readonly #channel: Counted
  #scheduled = false
  #told = ''

  constructor(channel: Counted) {
    this.#channel = channel
  }

  metrics(): OccupancyMetrics {
    const attachments = [...this.#channel.attachments]
    const count = (mode: number): number => attachments.filter((attachment) => attachment.has(mode)).length
    return {
      connections: new Set(attachments.map(({ connection }) => connection.id)).size,
      publishers: count(Mode.PUBLISH),
      subscribers: count(Mode.SUBSCRIBE),
      presenceConnections: count(Mode.PRESENCE),
      presenceMembers: this.#channel.presence.size,
      presenceSubscribers: count(Mode.PRESENCE_SUBSCRIBE),
      objectPublishers: count(Mode.OBJECT_PUBLISH),
      objectSubscribers: count(Mode.OBJECT_SUBSCRIBE),
    }
  }

  /** The numbers may have changed: sends them to the attachments that asked for them, once per turn. */
  changed(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      this.#tellAll()
    })
  }

  /** An attachment is new or has new options: it is sent the numbers even if they are unchanged. */
  attached(attachment: Subscription): void {
    if (attachment.params['occupancy'] !== undefined) this.#told = ''
    this.changed()
  }

  #tellAll(): void {
    const listeners = [...this.#channel.attachments].filter(({ params }) => params['occupancy'] !== undefined)
    if (listeners.length === 0) return
    const now = JSON.stringify(this.metrics())
    if (now === this.#told) return
    this.#told = now
    for (const attachment of listeners) {
      const asked = attachment.params['occupancy'] ?? ''
      attachment.send(occupancyFrame(this.#channel, wanted(this.metrics(), asked)))
    }
  }
}

/** `metrics` is all of them, `metrics.publishers` one. */
function wanted(metrics: OccupancyMetrics, asked: string): Partial<OccupancyMetrics> {
  if (asked === 'metrics') return metrics
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => asked.split(',').includes(`metrics.${name}`)))
}

function occupancyFrame(channel: Counted, metrics: Partial<OccupancyMetrics>): Frame {
  const { head } = channel.serials
  const serial = messageSerial(head, 0)
  const timestamp = channel.host.options.clock.now()
  return new Frame({
    action: Action.MESSAGE,
    channel: channel.name,
    // The head, not a new serial: no client can resume from this message, so it must not move the client's position.
    channelSerial: head,
    messages: [
      {
        id: `${head}:occupancy`,
        name: '[meta]occupancy',
        action: MessageAction.META,
        data: JSON.stringify({ metrics }),
        encoding: 'json',
        timestamp,
        serial,
        version: { serial, timestamp },
      },
    ],
  })
}
