import { describe, expect, test } from 'vitest'
import type { Place, WorkLimits } from '../../src/handler/agents/work-queue.ts'
import { createWorkQueue } from '../../src/handler/agents/work-queue.ts'

function setup(limits: WorkLimits) {
  let time = 0
  const queue = createWorkQueue(limits, () => time)
  const begun: string[] = []
  const left: string[] = []
  const ends: (() => void)[] = []
  async function note({ turn }: Place, name: string): Promise<void> {
    const end = await turn
    if (!end) return void left.push(name)
    ends.push(end)
    begun.push(name)
  }
  return {
    queue,
    begun,
    left,
    pass: (ms: number) => void (time += ms),
    enter(client: string, name = client): Place {
      const place = queue.enter(client)
      if (typeof place === 'string') throw new Error(place)
      void note(place, name)
      return place
    },
    async end(count = 1) {
      for (const end of ends.splice(0, count)) end()
      await Promise.resolve()
    },
  }
}

const names = (client: string, count: number) => Array.from({ length: count }, (_, n) => `${client}${n}`)

describe('work', () => {
  test('begins at once while there is room, for a client and in all', async () => {
    const { queue, enter, begun } = setup({ most: 4, each: 2 })
    for (const name of names('a', 3)) enter('a', name)
    enter('b')
    await Promise.resolve()
    expect(begun).toEqual(['a0', 'a1', 'b'])
    expect(queue.state).toMatchObject({ working: 3, waiting: 1, overloaded: false })
  })

  test('of many clients takes turns: who asks for much waits behind itself', async () => {
    const { enter, begun, end } = setup({ most: 1, each: 1 })
    for (const name of names('a', 4)) enter('a', name)
    enter('b')
    enter('c', 'c0')
    enter('c', 'c1')
    for (let n = 0; n < 7; n++) await end()
    expect(begun).toEqual(['a0', 'a1', 'b', 'c0', 'a2', 'c1', 'a3'])
  })

  test('of one client, however much, leaves room for all others', async () => {
    const { enter, begun } = setup({ most: 10, each: 3, waitingEach: 1_000, waiting: 10_000 })
    for (const name of names('mallory', 500)) enter('mallory', name)
    for (const name of names('user', 7)) enter(name)
    await Promise.resolve()
    expect(begun).toEqual([...names('mallory', 3), ...names('user', 7)])
  })

  test('knows how many turns are before it, and can be given up', async () => {
    const { queue, enter, begun, left, end } = setup({ most: 1, each: 1 })
    enter('a', 'a0')
    const [a1, a2] = [enter('a', 'a1'), enter('a', 'a2')]
    const b = enter('b')
    expect([a1.ahead(), a2.ahead(), b.ahead()]).toEqual([1, 2, 1])
    a1.leave()
    a1.leave()
    expect(queue.state.waiting).toBe(2)
    await Promise.resolve()
    await end()
    await end()
    expect(begun).toEqual(['a0', 'a2', 'b'])
    // One that is given up keeps nothing waiting for ever.
    expect(left).toEqual(['a1'])
    expect(b.ahead()).toBe(0)
  })

  test('ends once, however often it is said', async () => {
    const { queue, enter } = setup({ most: 2, each: 2 })
    const end = await enter('a').turn
    end?.()
    end?.()
    expect(queue.state.working).toBe(0)
  })

  test('is turned away where a client or the queue has no room', () => {
    const { queue, enter } = setup({ most: 1, each: 1, waiting: 3, waitingEach: 2 })
    for (const name of names('a', 3)) enter('a', name)
    expect(queue.enter('a')).toBe('client-full')
    enter('b')
    expect(queue.enter('c')).toBe('full')
    expect(queue.state).toMatchObject({ working: 1, most: 1, waiting: 3, overloaded: true })
  })

  test('that waits for others for too long is overload; that waits for its own client is not', () => {
    const busy = setup({ most: 1, each: 1 })
    busy.enter('a')
    busy.enter('a')
    busy.pass(60_000)
    expect(busy.queue.state).toMatchObject({ waited: 0, overloaded: false })
    busy.enter('b')
    busy.pass(30_001)
    expect(busy.queue.state).toMatchObject({ waited: 30_001, overloaded: true })
  })
})
