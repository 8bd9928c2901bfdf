import { setNewest } from '@streamfold/core/transport'
import type { Clock } from '../../clock.ts'

/** A client's request to stop an answer. */
export interface CancelRequest {
  /** The client id that the service stamped; undefined for a client without one. */
  readonly by: string | undefined
  /** By the service's clock. */
  readonly at: number
}

/** Keeps cancels that come before the run they are meant for: a stop pressed before the agent has begun. */
export interface EarlyCancels {
  /** @param target serial of a prompt or a response */
  keep(target: string, request: CancelRequest): void
  /** The cancels of `target` that came shortly before; they are not kept any longer. */
  take(target: string): readonly CancelRequest[]
}

/** A cancel is kept for this long, in milliseconds. */
const PATIENCE = 60_000
/** Cancels of one client that are kept. Each client has room of its own, so one client’s cancels do not push out another’s. */
const PER_CLIENT = 50
const CLIENTS = 1_000

export function createEarlyCancels(clock: Clock): EarlyCancels {
  const byClient = new Map<string | undefined, Map<string, { readonly at: number; readonly receivedAt: number }>>()
  return {
    keep(target, { by, at }) {
      const own = byClient.get(by) ?? new Map<string, { at: number; receivedAt: number }>()
      setNewest(own, target, { at, receivedAt: clock.now() }, PER_CLIENT)
      setNewest(byClient, by, own, CLIENTS)
    },
    take(target) {
      const taken: CancelRequest[] = []
      for (const [by, own] of byClient) {
        const kept = own.get(target)
        own.delete(target)
        if (kept && clock.now() - kept.receivedAt <= PATIENCE) taken.push({ by, at: kept.at })
      }
      return taken
    },
  }
}
