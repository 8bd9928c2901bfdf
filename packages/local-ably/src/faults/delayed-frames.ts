import type { Frame } from '../protocol/frame.ts'
import type { Clock } from '../shared/clock.ts'

/** Holds back the frames of one connection, each channel in its own order. */
export class DelayedFrames {
  readonly #write: (frame: Frame) => void
  readonly #sizeOf: (frame: Frame) => number
  /** Bytes that are held back. */
  held = 0
  readonly #queues = new Map<string, { readonly frame: Frame; readonly due: number }[]>()
  readonly #timers = new Map<string, () => void>()

  constructor(write: (frame: Frame) => void, sizeOf: (frame: Frame) => number) {
    this.#write = write
    this.#sizeOf = sizeOf
  }

  get empty(): boolean {
    return this.#queues.size === 0
  }

  send(frame: Frame, delay: number, clock: Clock): void {
    const channel = frame.message.channel ?? ''
    const queue = this.#queues.get(channel)
    if (queue === undefined && delay === 0) {
      this.#write(frame)
      return
    }
    this.held += this.#sizeOf(frame)
    const entry = { frame, due: clock.now() + delay }
    if (queue !== undefined) {
      // Behind what is already held back, even when its own delay would be shorter.
      queue.push(entry)
      return
    }
    this.#queues.set(channel, [entry])
    this.#arm(channel, delay, clock)
  }

  clear(): void {
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
    this.#queues.clear()
    this.held = 0
  }

  #arm(channel: string, delay: number, clock: Clock): void {
    this.#timers.set(
      channel,
      clock.after(delay, () => {
        this.#timers.delete(channel)
        const queue = this.#queues.get(channel) ?? []
        while (queue[0] !== undefined && queue[0].due <= clock.now()) {
          const entry = queue.shift()
          if (!entry) break
          this.held -= this.#sizeOf(entry.frame)
          this.#write(entry.frame)
        }
        if (queue[0] === undefined) this.#queues.delete(channel)
        else this.#arm(channel, queue[0].due - clock.now(), clock)
      }),
    )
  }
}
