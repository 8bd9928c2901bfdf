import { describe, expect, test } from 'vitest'
import type { AgentOptions, Source, StreamOptions, Task } from '../src/index.ts'
import { serveAgent, streamResponse } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import type { FakeClock } from './fake-clock.ts'
import { fakeClock } from './fake-clock.ts'
import { accepted, fakeServer } from './fake-server.ts'
import { fakeSource } from './fake-source.ts'

const never = <T>(): Promise<T> => new Promise(() => undefined)
const quiet = { onError: () => undefined }

describe('a source that does not come', () => {
  test.each<[string, () => Source | Promise<Source>]>([
    ['its promise never settles', () => never<Source>()],
    ['its first chunk never comes', () => ({ [Symbol.asyncIterator]: () => ({ next: () => never<IteratorResult<string>>() }) })],
    [
      'nor does its iterator stop',
      () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => never<IteratorResult<string>>(),
          return: () => never<IteratorResult<string>>(),
        }),
      }),
    ],
    ['its reader never reads', () => new ReadableStream<string>({ cancel: () => never() })],
    ['its result holds a stream that never yields', () => ({ fullStream: new ReadableStream<string>() })],
  ])('is silent: %s', async (_, source) => {
    for (const heartbeat of [6_000, Infinity]) {
      const clock = fakeClock()
      const server = fakeServer(clock, () => accepted)
      const options: StreamOptions = { clock, silenceLimit: 20_000, heartbeat, ...quiet }
      const { finished } = streamResponse(server, source(), options)
      await clock.run(19_000)
      expect(server.first()?.headers['status']).toBe('streaming')
      await clock.run(22_000)
      expect(server.first()?.headers['status']).toBe('failed')
      expect(await finished).toMatchObject({ status: 'failed', error: { code: 'model-silent' } })
      expect(clock.pending()).toBe(0)
    }
  })
})

describe('behind serveAgent', () => {
  function serve(
    respond: (task: Task, clock: FakeClock) => ReturnType<AgentOptions['respond']>,
    options: Partial<AgentOptions> = {},
  ) {
    const clock = fakeClock()
    const channel = fakeChannel(clock)
    const given = { channel: channel.agent(), clock, silenceLimit: 20_000, ...quiet, ...options }
    const agent = serveAgent({ ...given, respond: (task) => respond(task, clock) })
    const status = () => channel.responses().map(({ headers }) => headers['status'])
    return { clock, channel, agent, status }
  }

  test.each(['concurrently', 'queue', 'interrupt'] as const)(
    'a `respond` that never settles is given up, and told so (%s)',
    async (prompts) => {
      let signal: AbortSignal | undefined
      const { clock, channel, agent, status } = serve((task) => ((signal = task.signal), never()), { prompts })
      void agent.answer(channel.prompt('hello'))
      await clock.run(19_000)
      expect(status()).toEqual(['streaming'])
      await clock.run(25_000)
      expect(status()).toEqual(['failed'])
      expect(signal?.aborted).toBe(true)
      expect(agent.working).toBe(0)
    },
  )

  test.each([6_000, Infinity])(
    'who waits for a turn is not silent; silence is counted from the turn on (heartbeat %d)',
    async (heartbeat) => {
      const words = Array.from({ length: 30 }, (_, n) => ({ text: `${n} `, delay: 3_000 }))
      const asked: number[] = []
      const respond = ({ prompt }: Task, clock: FakeClock) => {
        asked.push(clock.now())
        return prompt.text === 'long' ? fakeSource(clock, words) : never<Source>()
      }
      const { clock, channel, agent, status } = serve(respond, { prompts: 'queue', heartbeat })
      void agent.answer(channel.prompt('long'))
      await clock.run(10)
      void agent.answer(channel.prompt('next'))
      await clock.run(91_000)
      expect(asked).toHaveLength(2)
      expect(asked[1]).toBeGreaterThan(90_000)
      expect(status()).toEqual(['complete', 'streaming'])
      await clock.run(asked[1]! + 19_900)
      expect(status()).toEqual(['complete', 'streaming'])
      await clock.run(asked[1]! + 24_000)
      expect(status()).toEqual(['complete', 'failed'])
    },
  )
})
