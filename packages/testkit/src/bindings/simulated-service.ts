import type { Headers } from '@streamfold/core'
import type { FakeClock } from '../fake-clock.ts'
import { createFakeClock } from '../fake-clock.ts'
import type { ServerModel } from '../server-model.ts'
import { createServerModel } from '../server-model.ts'
import { createEmitter } from './emitter.ts'

export interface SimulatedMember {
  readonly clientId: string
  readonly data?: unknown
}

/** The server's side of one channel. */
export interface ServiceChannel {
  /** The server's state, to compare with. */
  readonly server: ServerModel
  readonly members: Map<string, SimulatedMember>
  /** Why the channel cannot be attached; undefined if it can. */
  refusal: string | undefined
  /** Publishes a message; the same id twice makes one message (P6). @returns its serial */
  publish(message: { name?: string; text: string; headers: Headers; id?: string; clientId: string }): string
  /** Delivers new mutations to every attachment. */
  deliver(): void
  /** Notifies every client of a change of the members. */
  enter(member: SimulatedMember): void
  leave(clientId: string): void
  onDelivery(run: () => void): () => void
  onPresence(run: () => void): () => void
}

/** The service of all simulated clients. */
export interface SimulatedService {
  readonly clock: FakeClock
  channel(name: string): ServiceChannel
}

/** Milliseconds that every request takes. */
export const LATENCY = 1

export function createSimulatedService(clock: FakeClock = createFakeClock()): SimulatedService {
  const channels = new Map<string, ServiceChannel>()
  return {
    clock,
    channel(name) {
      let channel = channels.get(name)
      if (!channel) channels.set(name, (channel = createServiceChannel()))
      return channel
    },
  }
}

function createServiceChannel(): ServiceChannel {
  const server = createServerModel()
  const ids = new Map<string, string>()
  const members = new Map<string, SimulatedMember>()
  const changes = createEmitter<void>()
  const on = (event: string) => (run: () => void) => {
    // Wrapped, so that the same function can subscribe twice.
    const own = () => run()
    changes.on(event, own)
    return () => changes.off(event, own)
  }

  return {
    server,
    members,
    refusal: undefined,
    publish({ name = 'response', text, headers, id, clientId }) {
      const known = id === undefined ? undefined : ids.get(id)
      if (known !== undefined) return known
      const serial = server.create(text, headers, { name, clientId, ...(id !== undefined && { id }) })
      if (id !== undefined) ids.set(id, serial)
      changes.emit('delivery')
      return serial
    },
    deliver: () => changes.emit('delivery'),
    enter(member) {
      members.set(member.clientId, member)
      changes.emit('presence')
    },
    leave(clientId) {
      if (members.delete(clientId)) changes.emit('presence')
    },
    onDelivery: on('delivery'),
    onPresence: on('presence'),
  }
}
