type Listener<Value> = (value: Value) => void

/** Listeners by event, as in the `EventEmitter` of the ably client. */
export interface Emitter<Value> {
  on(eventOrListener: string | readonly string[] | Listener<Value>, listener?: Listener<Value>): void
  once(eventOrListener: string | Listener<Value>, listener?: Listener<Value>): Promise<Value>
  off(eventOrListener?: string | readonly string[] | Listener<Value>, listener?: Listener<Value>): void
  /** Null if there is none, as in the client. */
  listeners(event?: string): readonly Listener<Value>[] | null
  emit(event: string, value: Value): void
}

interface Entry<Value> {
  readonly event: string | undefined
  readonly listener: Listener<Value>
  readonly run: Listener<Value>
}

export function createEmitter<Value>(): Emitter<Value> {
  let entries: readonly Entry<Value>[] = []
  const remove = (entry: Entry<Value>) => void (entries = entries.filter((other) => other !== entry))

  const self: Emitter<Value> = {
    on(first, second) {
      const [events, listener] = typeof first === 'function' ? [[undefined], first] : [[first].flat(), second]
      if (listener) entries = [...entries, ...events.map((event) => ({ event, listener, run: listener }))]
    },
    once(first, second) {
      const [event, listener] = typeof first === 'function' ? [undefined, first] : [first, second]
      return new Promise((resolve) => {
        const run = (value: Value) => {
          remove(entry)
          listener?.(value)
          resolve(value)
        }
        const entry: Entry<Value> = { event, listener: listener ?? run, run }
        entries = [...entries, entry]
      })
    },
    off(first, second) {
      if (first === undefined) entries = []
      else if (typeof first === 'function') entries = entries.filter(({ listener }) => listener !== first)
      else {
        const events = new Set<string | undefined>([first].flat())
        entries = entries.filter(({ event, listener }) => !events.has(event) || (second && listener !== second))
      }
    },
    listeners(event) {
      const found = entries.filter((entry) => event === undefined || entry.event === event)
      return found.length > 0 ? found.map(({ listener }) => listener) : null
    },
    emit(event, value) {
      for (const entry of entries) if (entry.event === undefined || entry.event === event) entry.run(value)
    },
  }
  return self
}
