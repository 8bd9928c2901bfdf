import type { Clock } from '@streamfold/core/transport'
import { sleep } from '@streamfold/core/transport'
import { describe, expect, it } from 'vitest'

/** A clock whose timers run when a test says so. */
function clockOf() {
  const timers = new Map<() => void, number>()
  const clock: Clock = {
    now: () => 0,
    after(ms, run) {
      timers.set(run, ms)
      return () => void timers.delete(run)
    },
  }
  return { clock, timers, ring: () => [...timers.keys()].forEach((run) => run()) }
}

/** A signal that knows its listeners. */
function signalOf(aborted = false) {
  const listeners: [type: string, listener: () => void][] = []
  return {
    aborted,
    listeners,
    addEventListener: (type: string, listener: () => void) => void listeners.push([type, listener]),
    removeEventListener: (type: string, listener: () => void) => {
      const at = listeners.findIndex(([one, other]) => one === type && other === listener)
      if (at >= 0) listeners.splice(at, 1)
    },
  }
}

/** Whether a promise has settled by now. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  let over = false
  void promise.then(() => (over = true))
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  return over
}

describe('sleep', () => {
  it('ends when its time is over, with and without a signal that may end it', async () => {
    for (const signal of [undefined, signalOf()]) {
      const { clock, timers, ring } = clockOf()
      const sleeping = sleep(clock, 20, signal)
      expect([...timers.values()]).toEqual([20])
      expect(await isOver(sleeping)).toBe(false)
      ring()
      expect(await isOver(sleeping)).toBe(true)
      expect(signal?.listeners ?? []).toEqual([])
    }
  })

  it('ends when its signal does, and leaves neither a timer nor a listener', async () => {
    const { clock, timers } = clockOf()
    const signal = signalOf()
    const sleeping = sleep(clock, 20, signal)
    expect(await isOver(sleeping)).toBe(false)
    expect(signal.listeners.map(([type]) => type)).toEqual(['abort'])
    signal.listeners[0]![1]()
    expect(await isOver(sleeping)).toBe(true)
    expect([timers.size, signal.listeners.length]).toEqual([0, 0])
  })

  it('is over at once where its signal has ended before it', async () => {
    const { clock, timers } = clockOf()
    const signal = signalOf(true)
    expect(await isOver(sleep(clock, 20, signal))).toBe(true)
    expect([timers.size, signal.listeners.length]).toEqual([0, 0])
  })
})
