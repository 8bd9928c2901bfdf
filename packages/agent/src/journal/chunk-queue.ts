import { deferred } from '../deferred.ts'

/** Passes on what a step yields while it runs. */
export interface ChunkQueue<Item> {
  push(item: Item): void
  end(): void
  fail(error: unknown): void
  /** What was pushed, in order; ends, or throws, behind it. */
  items(): AsyncGenerator<Item, void>
}

export function createChunkQueue<Item>(): ChunkQueue<Item> {
  const waiting: Item[] = []
  let over: { readonly error?: unknown } | undefined
  let changed = deferred<void>()

  function notify(): void {
    changed.resolve()
    changed = deferred<void>()
  }

  return {
    push(item) {
      waiting.push(item)
      notify()
    },
    end() {
      over ??= {}
      notify()
    },
    fail(error) {
      over ??= { error }
      notify()
    },
    async *items() {
      for (;;) {
        const { promise } = changed
        yield* waiting.splice(0)
        if (waiting.length > 0) continue
        if (over && 'error' in over) throw over.error
        if (over) return
        await promise
      }
    },
  }
}
