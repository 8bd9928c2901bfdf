import { getEventListeners } from 'node:events'
import type { ConversationTransport } from '@streamfold/core/transport'
import { expect, it } from 'vitest'
import type { Clock } from '../src/clock.ts'
import { readMessage } from '../src/live/message-reader.ts'

it('has one abort listener while it waits, however often it has tried, and none when it is over', async () => {
  const stop = new AbortController()
  const listeners: number[] = []
  const waiting = new Set<() => void>()
  const clock: Clock = {
    now: () => 0,
    after(_, run) {
      waiting.add(run)
      return () => void waiting.delete(run)
    },
  }
  let tries = 0
  const transport = {
    async fetchMessage() {
      listeners.push(getEventListeners(stop.signal, 'abort').length)
      if (++tries % 2) throw new Error('not yet')
      return { serial: 's', action: 'message.create', version: {} }
    },
  } as Partial<ConversationTransport> as ConversationTransport // The reader uses only these members.
  const reading = readMessage(transport, 's', {
    reading: () => ({}) as never,
    clock,
    receive: () => undefined,
    signal: stop.signal,
  })
  for (let n = 0; n < 50; n++) {
    await new Promise(setImmediate)
    for (const run of waiting) {
      waiting.delete(run)
      run()
    }
  }
  await new Promise(setImmediate)
  expect(tries).toBeGreaterThan(40)
  expect(new Set(listeners)).toEqual(new Set([0]))
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1)
  stop.abort()
  await reading
  expect(waiting.size).toBe(0)
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0)
})
