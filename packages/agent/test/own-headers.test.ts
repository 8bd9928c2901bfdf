import { reservedHeaders } from '@streamfold/core/codec'
import { describe, expect, test, vi } from 'vitest'
import type { AgentOptions, StreamOptions, Task } from '../src/index.ts'
import { serveAgent, streamResponse } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { accepted, fakeServer } from './fake-server.ts'

const names = [...reservedHeaders]
const wrong: readonly [string, unknown, RegExp][] = [
  ...names.map((name): [string, unknown, RegExp] => [
    name,
    { topic: 'ships', [name]: 'mine' },
    new RegExp(`the header \`${name}\` belongs to the protocol: give it another name`),
  ]),
  ['two of them', { finish: 'a', error: 'b' }, /the headers `finish`, `error` belong to the protocol: give them other names/],
  ['a number', { count: 3 }, /the header `count` is a number: give a string/],
  ['null', { count: null }, /the header `count` is null: give a string/],
  ['an object', { user: { name: 'secret' } }, /the header `user` is an object: give a string/],
  ['a list', ['topic'], /the headers are no object/],
  ['a text', 'topic', /the headers are no object/],
]

function setup(respond: AgentOptions['respond'], options: Partial<AgentOptions> = {}) {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  return { clock, channel, agent: serveAgent({ channel: channel.agent(), respond, clock, ...options }) }
}

describe.each(wrong)('headers of a product that cannot be: %s', (_, headers, message) => {
  const given = headers as StreamOptions['headers'] & {} // As from untyped code.

  test('streamResponse refuses them before anything is written', () => {
    const clock = fakeClock()
    const server = fakeServer(clock, () => accepted)
    expect(() => streamResponse(server, (async function* () {})(), { clock, headers: given })).toThrow(message)
    expect(server.log).toEqual([])
  })

  test('serveAgent refuses them, and not with the first prompt', () => {
    expect(() => setup(async function* () {}, { headers: given })).toThrow(message)
  })

  test('annotate refuses them, and the developer is told', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const respond = async function* ({ annotate }: Task) {
      yield 'text'
      annotate(given)
    }
    const { clock, channel, agent } = setup(respond, { onError })
    void agent.answer(channel.prompt('hello'))
    await clock.run(1_000)
    expect(onError.mock.calls).toEqual([
      [expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(message) })],
    ])
    expect(channel.responses()[0]?.headers).toMatchObject({ status: 'failed', error: 'the model failed', role: 'assistant' })
  })
})

test('the name that an agent marks its own attempt with is refused too', () => {
  expect(() => setup(async function* () {}, { headers: { run: 'mine' } })).toThrow(/the header `run` belongs to the protocol/)
})

test('a header that is undefined is not there', async () => {
  const { clock, channel, agent } = setup(
    async function* ({ annotate }) {
      annotate({ model: undefined as unknown as string })
      yield 'text'
    },
    { headers: { topic: 'ships', user: undefined as unknown as string } },
  )
  void agent.answer(channel.prompt('hello'))
  await clock.run(1_000)
  expect(channel.responses()[0]?.headers).toMatchObject({ topic: 'ships', status: 'complete' })
})
