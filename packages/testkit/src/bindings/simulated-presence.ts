import type { ServiceChannel, SimulatedMember } from './simulated-service.ts'

type Listener = () => void

/** The presence of a channel, with the members of the ably client's that are used. */
export interface SimulatedPresence {
  get(): Promise<readonly SimulatedMember[]>
  subscribe(eventOrListener: string | readonly string[] | Listener, listener?: Listener): Promise<void>
  unsubscribe(eventOrListener?: string | readonly string[] | Listener, listener?: Listener): void
  enter(data?: unknown): Promise<void>
  update(data?: unknown): Promise<void>
  leave(): Promise<void>
  /** The number of listeners. */
  readonly listening: number
}

type Request = <Result>(perform: () => Result) => Promise<Result>

export function createPresence(
  there: ServiceChannel,
  { auth }: { readonly auth: { readonly clientId?: string | undefined } },
  request: Request,
): SimulatedPresence {
  const stops = new Map<Listener, () => void>()
  const enter = (data?: unknown) => request(() => there.enter({ clientId: auth.clientId ?? '', data }))
  return {
    get: () => request(() => [...there.members.values()]),
    async subscribe(first, second) {
      const listener = typeof first === 'function' ? first : second
      if (listener && !stops.has(listener)) stops.set(listener, there.onPresence(listener))
    },
    unsubscribe(first, second) {
      const listener = typeof first === 'function' ? first : second
      for (const [heard, stop] of stops) {
        if (listener !== undefined && heard !== listener) continue
        stop()
        stops.delete(heard)
      }
    },
    enter,
    update: enter,
    leave: () => request(() => there.leave(auth.clientId ?? '')),
    get listening() {
      return stops.size
    },
  }
}
