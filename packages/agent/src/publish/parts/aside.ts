import type { PartChunk } from '../../source/parts/part-chunk.ts'
import { deferred } from '../../deferred.ts'
import type { MessageChain } from '../messages/message-chain.ts'
import type { PartsWriter } from './parts-writer.ts'
import type { ResponseCall, ResponseCalls } from './response-calls.ts'

/** Writes into a response beside its source. */
export interface Aside {
  /** Writes parts, and resolves when the service holds them. Rejects when the response ends before. */
  write(chunks: readonly PartChunk[]): Promise<void>
  /**
   * The newest call that has this id at the vendor, and no result, as soon as its input is complete: a tool may be executed before its call has been
   * read from the source. Rejects when the response ends before.
   */
  called(id: string): Promise<ResponseCall>
  /** What is written from now on repeats an earlier attempt: it goes out with the update that claims the response. */
  repeat(): void
  /** The response is this agent's to write. */
  begin(): void
  /** Nothing is written any more. */
  end(): void
}

export function createAside(chain: MessageChain, parts: PartsWriter): Aside {
  const open = deferred<void>()
  open.promise.catch(() => undefined) // each caller has its own rejection
  const over = deferred<never>()
  over.promise.catch(() => undefined)
  /** Settles when the calls change. */
  let changed = deferred<void>()
  let isRepeating = false

  parts.watchCalls(() => {
    changed.resolve()
    changed = deferred<void>()
  })

  return {
    async write(chunks) {
      if (isRepeating) return chain.hold(parts.begin(chunks))
      await open.promise
      const begun = parts.write(chunks)
      if (begun) await begun
      await Promise.race([chain.settled(), over.promise])
    },
    async called(id) {
      for (;;) {
        const call = find(parts.calls, id)
        if (call) return call
        await Promise.race([changed.promise, over.promise])
      }
    },
    repeat: () => void (isRepeating = true),
    begin() {
      isRepeating = false
      open.resolve()
    },
    end() {
      const ended = new DOMException('the response has ended', 'AbortError')
      open.reject(ended)
      over.reject(ended)
    },
  }
}

/** A vendor may give the calls of two steps one id: on the wire the second has a number behind it. */
function find(calls: ResponseCalls, id: string): ResponseCall | undefined {
  return [...calls.values()].findLast(
    (call) => !call.hasResult && call.input === 'complete' && (call.id === id || isNumbered(call.id, id)),
  )
}

function isNumbered(name: string, id: string): boolean {
  return name.startsWith(`${id}-`) && /^\d+$/.test(name.slice(id.length + 1))
}
