/** The limits of running and waiting work. */
export interface WorkLimits {
  /** Pieces of work under way at once. */
  readonly most: number
  /** Of these, for one client. */
  readonly each: number
  /** Pieces of work that may wait. Default ten times `most`. */
  readonly waiting?: number
  /** Of these, for one client. Default five times `each`. */
  readonly waitingEach?: number
}

export interface WorkState {
  readonly working: number
  readonly most: number
  readonly waiting: number
  /** Milliseconds that the work at the head of the queue has waited; 0 where none waits. */
  readonly waited: number
  /** Whether work is refused or has waited for too long, so that another agent would serve a new client better. */
  readonly overloaded: boolean
}

/** A place in the queue. */
export interface Place {
  /** Resolves, when it is its turn, with a function that marks the work as done; with undefined when the place was left before. */
  readonly turn: Promise<(() => void) | undefined>
  /** Turns before it, as it looks now; 0 once it has had its own. */
  ahead(): number
  /** Gives the place up, where its turn has not come. */
  leave(): void
}

export interface WorkQueue {
  /** @returns undefined where the client, or the queue, has no room */
  enter(client: string): Place | 'client-full' | 'full'
  readonly state: WorkState
}

interface Waiting {
  readonly since: number
  readonly begin: () => void
  readonly giveUp: () => void
}

/** Milliseconds in the queue that are too long. */
const LONG = 30_000

/**
 * Clients take turns, each with one piece of work at a time: a client with much work waits behind its own work and does not delay
 * others. A client with `each` running pieces is skipped until one is done.
 *
 * @param now milliseconds
 */
export function createWorkQueue(limits: WorkLimits, now: () => number): WorkQueue {
  const { most, each, waiting: room = most * 10, waitingEach = each * 5 } = limits
  /** In the order of their turns; a client without waiting work is not among them. */
  const queues = new Map<string, Waiting[]>()
  const working = new Map<string, number>()
  let total = 0
  let waiting = 0

  const workOf = (client: string): number => working.get(client) ?? 0
  const nextClient = (): string | undefined => {
    for (const client of queues.keys()) if (workOf(client) < each) return client
    return undefined
  }

  function fill(): void {
    while (total < most) {
      const client = nextClient()
      const queue = client === undefined ? undefined : queues.get(client)
      const first = queue?.shift()
      if (client === undefined || !queue || !first) return
      // Its next turn is after those of all others.
      queues.delete(client)
      if (queue.length > 0) queues.set(client, queue)
      waiting--
      total++
      working.set(client, workOf(client) + 1)
      first.begin()
    }
  }

  function done(client: string): void {
    total--
    const left = workOf(client) - 1
    if (left > 0) working.set(client, left)
    else working.delete(client)
    fill()
  }

  function leave(client: string, one: Waiting): void {
    const queue = queues.get(client) ?? []
    const at = queue.indexOf(one)
    if (at < 0) return
    queue.splice(at, 1)
    waiting--
    one.giveUp()
    if (queue.length === 0) queues.delete(client)
  }

  /** Those before it in its own queue, and as many turns of each other client. */
  function ahead(client: string, one: Waiting): number {
    const own = queues.get(client)?.indexOf(one) ?? -1
    if (own < 0) return 0
    let others = 0
    for (const [other, queue] of queues) if (other !== client) others += Math.min(queue.length, own + 1)
    return own + others
  }

  return {
    enter(client) {
      const own = queues.get(client) ?? []
      if (total >= most || workOf(client) >= each) {
        if (own.length >= waitingEach) return 'client-full'
        if (waiting >= room) return 'full'
      }
      let one: Waiting | undefined
      const turn = new Promise<(() => void) | undefined>((resolve) => {
        let ended = false
        const end = (): void => {
          if (!ended) done(client)
          ended = true
        }
        one = { since: now(), begin: () => resolve(end), giveUp: () => resolve(undefined) }
      })
      const place = one! // The line above sets it.
      own.push(place)
      queues.set(client, own)
      waiting++
      fill()
      return { turn, ahead: () => ahead(client, place), leave: () => leave(client, place) }
    },
    get state() {
      // Work that waits only for its own client's work does not show that the agent is busy.
      const held = [...queues].filter(([client]) => workOf(client) < each).flatMap(([, queue]) => queue[0]?.since ?? [])
      const waited = held.length === 0 ? 0 : now() - Math.min(...held)
      return { working: total, most, waiting, waited, overloaded: waiting >= room || waited > LONG }
    },
  }
}
