import type { Attachment, DeliveryStyle } from '../attachment.ts'
import { createAttachment } from '../attachment.ts'
import type { RawMessage } from '../server-model.ts'
import type { Emitter } from './emitter.ts'
import { createEmitter } from './emitter.ts'
import type { ConnectionChange, SimulatedConnection, SimulatedError } from './simulated-connection.ts'
import type { SimulatedService } from './simulated-service.ts'
import { LATENCY } from './simulated-service.ts'

export interface ChannelChange extends ConnectionChange {
  readonly resumed: boolean
}

/** Controls a client's channel in a test. */
export interface ChannelControl {
  /** The connection is back: the attachment continues, or is lost. */
  reconnected(resumed: boolean): void
  /** Makes the service detach the channel with an error. */
  fail(reason: string): void
  /** Holds deliveries back until `release`. */
  hold(): void
  release(style?: DeliveryStyle): void
}

/** The states of a client's channel, and its deliveries. */
export interface ChannelLifecycle extends ChannelControl {
  readonly changes: Emitter<ChannelChange>
  readonly subscriptions: Emitter<RawMessage>
  readonly state: string
  readonly errorReason: SimulatedError | null
  readonly params: Readonly<Record<string, string>>
  /** How many messages there were when the attachment started. */
  readonly attachedAt: number
  attach(): Promise<ChannelChange | null>
  detach(): Promise<void>
}

/** @param wantedParams the params for the next attachment */
export function createLifecycle(
  service: SimulatedService,
  connection: SimulatedConnection,
  name: string,
  wantedParams: () => Readonly<Record<string, string>> | undefined,
): ChannelLifecycle {
  const { clock } = service
  const there = service.channel(name)
  const changes = createEmitter<ChannelChange>()
  const subscriptions = createEmitter<RawMessage>()
  let state = 'initialized'
  let errorReason: SimulatedError | null = null
  let params: Readonly<Record<string, string>> = {}
  let attachment: Attachment | undefined
  let attachedAt = 0
  let held = false
  /** Counts requests: an answer to an earlier request is dropped. */
  let asked = 0

  function become(current: string, { reason, resumed = false }: { reason?: SimulatedError; resumed?: boolean } = {}): void {
    const previous = state
    state = current
    errorReason = reason ?? null
    changes.emit(current, { current, previous, resumed, ...(reason && { reason }) })
  }

  function receive(messages: readonly RawMessage[]): void {
    for (const message of messages) subscriptions.emit(message.name ?? '', message)
  }

  there.onDelivery(() => {
    if (state === 'attached' && connection.state === 'connected' && !held) receive(attachment?.deliver(Infinity) ?? [])
  })

  function ask(answer: () => void): void {
    const number = ++asked
    connection.whenConnected(() => clock.after(LATENCY, () => number === asked && answer()))
  }

  function begin(resumed: boolean): void {
    if (there.refusal !== undefined) return become('failed', { reason: refused(there.refusal) })
    const goesOn = resumed && attachment !== undefined
    attachment ??= createAttachment(there.server)
    attachedAt = goesOn ? attachedAt : there.server.serials.length
    params = wantedParams() ?? {}
    const messages = goesOn ? attachment.resume(0) : attachment.begin(rewound(params['rewind']))
    become('attached', { resumed: goesOn })
    receive(messages)
  }

  function attach(): Promise<ChannelChange | null> {
    if (state === 'attached') return Promise.resolve(null)
    if (state !== 'attaching') {
      attachment = undefined
      become('attaching')
      ask(() => begin(false))
    }
    return new Promise((resolve, reject) => {
      const settle = (change: ChannelChange) => {
        if (change.current === 'attaching') return
        changes.off(settle)
        if (change.current === 'attached') resolve(change)
        else reject(change.reason ?? refused(`the channel is ${change.current}`))
      }
      changes.on(settle)
    })
  }

  function detach(): Promise<void> {
    if (state === 'initialized' || state === 'detached') return Promise.resolve()
    if (state === 'failed') return Promise.reject(refused('the channel has failed'))
    become('detaching')
    return new Promise((resolve) => {
      ask(() => {
        attachment = undefined
        become('detached')
        resolve()
      })
    })
  }

  return {
    changes,
    subscriptions,
    attach,
    detach,
    get state() {
      return state
    },
    get errorReason() {
      return errorReason
    },
    get params() {
      return params
    },
    get attachedAt() {
      return attachedAt
    },
    reconnected(resumed) {
      if (state === 'attaching') return ask(() => begin(false))
      if (state !== 'attached') return
      become('attaching')
      ask(() => begin(resumed))
    },
    fail(reason) {
      asked++
      attachment = undefined
      become('failed', { reason: refused(reason) })
    },
    hold: () => void (held = true),
    release(style) {
      held = false
      receive(attachment?.deliver(Infinity, style) ?? [])
    },
  }
}

/** How many messages a rewind returns; a rewind by time returns all, because no time passes at the server. */
function rewound(rewind: string | undefined): number {
  if (rewind === undefined) return 0
  return /^\d+$/.test(rewind) ? Number(rewind) : Infinity
}

export function refused(message: string): SimulatedError & Error {
  return Object.assign(new Error(message), { code: 90000, statusCode: 400 })
}
