/** What can be subscribed to as an `Observable` of RxJS. */
export interface Subscribable {
  subscribe(observer: { next: (event: unknown) => void; error: (error: unknown) => void; complete: () => void }): {
    unsubscribe(): void
  }
}

/** Events of AG-UI: what an agent's `run` returns, or an async iterable of them. */
export type AgUiEvents = Subscribable | AsyncIterable<unknown>

/** Events that are being read. */
export interface OpenEvents {
  /** The next event; undefined at the end. Rejects with what the events end with. */
  next(): Promise<{ readonly event: unknown } | undefined>
  /** Nothing more is read. Also while `next` waits, which a generator could not end. */
  close(): void
}

/** Subscribes with the first call of `next`. @throws TypeError for what are no events */
export function openEvents(events: AgUiEvents): OpenEvents {
  if (typeof events !== 'object' || events === null || !(Symbol.asyncIterator in events || 'subscribe' in events))
    throw new TypeError(
      'unable to read the events; they are neither an Observable nor an async iterable: give what `run` of the agent returns',
    )
  return Symbol.asyncIterator in events ? iterated(events) : subscribed(events)
}

function iterated(events: AsyncIterable<unknown>): OpenEvents {
  let iterator: AsyncIterator<unknown> | undefined
  return {
    async next() {
      iterator ??= events[Symbol.asyncIterator]()
      const { done, value } = await iterator.next()
      return done ? undefined : { event: value }
    },
    close() {
      // What it rejects with has no reader any more.
      iterator?.return?.().catch(() => undefined)
    },
  }
}

function subscribed(events: Subscribable): OpenEvents {
  const arrived: unknown[] = []
  let over: { readonly error?: unknown } | undefined
  let subscription: { unsubscribe(): void } | undefined
  let wake = (): void => undefined
  const end = (how: { readonly error?: unknown }) => {
    over ??= how
    wake()
  }
  return {
    async next() {
      subscription ??= events.subscribe({
        next(event) {
          arrived.push(event)
          wake()
        },
        error: (error) => end({ error }),
        complete: () => end({}),
      })
      while (arrived.length === 0) {
        if (over && 'error' in over) throw over.error
        if (over) return undefined
        await new Promise<void>((resolve) => (wake = resolve))
      }
      return { event: arrived.shift() }
    },
    close() {
      arrived.length = 0
      subscription?.unsubscribe()
      end({})
    },
  }
}
