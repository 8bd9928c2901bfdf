import type { Duplex } from 'node:stream'

/** Streams that hold back what was written in this turn of the event loop. */
const gathering = new Set<Writes>()

/**
 * The writes of one socket, gathered: all frames of a turn go to the system at once. A stream of tokens would otherwise
 * cost a system call each, which is most of what a small frame costs.
 */
export class Writes {
  readonly #stream: Duplex

  constructor(stream: Duplex) {
    this.#stream = stream
  }

  /** Holds back what is written from now to the end of the turn. */
  gather(): void {
    if (gathering.has(this)) return
    if (gathering.size === 0) setImmediate(release)
    gathering.add(this)
    this.#stream.cork()
  }

  release(): void {
    this.#stream.uncork()
  }
}

function release(): void {
  const writes = [...gathering]
  gathering.clear()
  for (const each of writes) each.release()
}
