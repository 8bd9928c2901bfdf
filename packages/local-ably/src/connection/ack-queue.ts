import type { AblyError } from '../protocol/ably-error.ts'
import { Action } from '../protocol/actions.ts'
import { Frame } from '../protocol/frame.ts'
import type { PublishResult } from '../protocol/protocol-message.ts'

type Result = { readonly serials: PublishResult['serials'] } | { readonly error: AblyError }

export interface AckSlot {
  readonly msgSerial: number
  readonly channel: string
  ack(serials: PublishResult['serials']): void
  nack(error: AblyError): void
}

/** A frame that waits to be acknowledged. A class and not closures: there is one for every token of a stream. */
class Slot implements AckSlot {
  readonly msgSerial: number
  readonly channel: string
  readonly #settled: (slot: Slot) => void
  result: Result | undefined

  constructor(msgSerial: number, channel: string, settled: (slot: Slot) => void) {
    this.msgSerial = msgSerial
    this.channel = channel
    this.#settled = settled
  }

  ack(serials: PublishResult['serials']): void {
    this.#settle({ serials })
  }

  nack(error: AblyError): void {
    this.#settle({ error })
  }

  #settle(result: Result): void {
    this.result ??= result
    this.#settled(this)
  }
}

const REMEMBERED = 5000

/**
 * Acknowledges the frames of one connection in the order of their arrival, also if they finish in another order: the
 * client's queue is positional, so an ACK completes every older frame too (P75).
 */
export class AckQueue {
  readonly #send: (frame: Frame) => void
  /** Asked for each result about to be sent; true loses it and, as a lost ACK implies, all that follow (fault). */
  readonly #loses: (channel: string) => boolean
  #open: Slot[] = []
  /** Frames of an earlier socket still in work: acknowledged when the client sends them again, and only then. */
  readonly #detached = new Map<number, Slot>()
  /** The latest results, each at its serial modulo the number remembered. */
  readonly #results: { readonly msgSerial: number; readonly result: Result }[] = []
  #highest = -1
  #scheduled = false
  #losing = false

  constructor(send: (frame: Frame) => void, loses: (channel: string) => boolean) {
    this.#send = send
    this.#loses = loses
  }

  /** A place in the queue, or nothing when the frame was processed before: then it is only acknowledged again. */
  open(msgSerial: number, channel: string): AckSlot | undefined {
    const slot = new Slot(msgSerial, channel, this.#settled)
    if (msgSerial > this.#highest) {
      this.#highest = msgSerial
      this.#open.push(slot)
      return slot
    }
    if (this.#open.some((open) => open.msgSerial === msgSerial)) return undefined
    const inWork = this.#detached.get(msgSerial)
    this.#detached.delete(msgSerial)
    if (inWork === undefined) slot.result = this.#recorded(msgSerial) ?? { serials: [] }
    this.#open.push(inWork ?? slot)
    this.#schedule()
    return undefined
  }

  /** A new socket: the client sends again what it saw no ACK for. An ACK more than it waits for makes it throw. */
  reconnected(): void {
    this.#losing = false
    for (const slot of this.#open) {
      if (slot.result === undefined) this.#detached.set(slot.msgSerial, slot)
      else this.#record(slot.msgSerial, slot.result)
    }
    this.#open = []
  }

  flush(): void {
    this.#scheduled = false
    let run: Slot[] = []
    let settled = 0
    for (const slot of this.#open) {
      if (slot.result === undefined) break
      settled++
      this.#record(slot.msgSerial, slot.result)
      this.#losing ||= this.#loses(slot.channel)
      if (this.#losing) continue
      const previous = run.at(-1)
      const adjoins = previous !== undefined && previous.msgSerial + 1 === slot.msgSerial
      if (previous !== undefined && (!adjoins || isError(previous) || isError(slot))) {
        this.#sendRun(run)
        run = []
      }
      run.push(slot)
    }
    this.#open = settled === this.#open.length ? [] : this.#open.slice(settled)
    this.#sendRun(run)
  }

  readonly #settled = (slot: Slot): void => {
    if (slot.result !== undefined && this.#detached.size > 0 && this.#detached.delete(slot.msgSerial)) {
      this.#record(slot.msgSerial, slot.result)
    } else this.#schedule()
  }

  /** At the end of the turn, so that neighbours share one frame. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => this.flush())
  }

  #record(msgSerial: number, result: Result): void {
    this.#results[msgSerial % REMEMBERED] = { msgSerial, result }
  }

  #recorded(msgSerial: number): Result | undefined {
    const recorded = this.#results[msgSerial % REMEMBERED]
    return recorded?.msgSerial === msgSerial ? recorded.result : undefined
  }

  #sendRun(run: readonly Slot[]): void {
    const [first] = run
    if (first?.result === undefined) return
    const { msgSerial } = first
    if ('error' in first.result) {
      this.#send(new Frame({ action: Action.NACK, msgSerial, count: 1, error: first.result.error.toWire() }))
      return
    }
    const res = run.map((slot) => ({ serials: slot.result && 'serials' in slot.result ? slot.result.serials : [] }))
    this.#send(new Frame({ action: Action.ACK, msgSerial, count: run.length, res }))
  }
}

function isError(slot: Slot): boolean {
  return slot.result !== undefined && 'error' in slot.result
}
