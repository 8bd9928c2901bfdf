import { expect, it, onTestFinished, vi } from 'vitest'
import type { Source } from '../src/index.ts'
import { serveAgent, streamResponse } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { accepted, fakeServer } from './fake-server.ts'

const secret = new Error('401: key sk-1234 is not valid')

async function* given(...chunks: readonly unknown[]): AsyncGenerator<unknown> {
  yield* chunks
}

async function* broken(): AsyncGenerator<string> {
  yield 'half'
  throw secret
}

const called = { type: 'tool-call', toolCallId: 'c', toolName: 'weather', input: {} }

/** Each error of a model, a tool and a source, and what the console shows of it where no `onError` is given. */
const failures: readonly (readonly [name: string, respond: () => unknown, shown: RegExp])[] = [
  ['a model that rejects the request', () => Promise.reject(secret), /sk-1234/],
  [
    'a function that throws',
    () => {
      throw secret
    },
    /sk-1234/,
  ],
  ['a stream that breaks', broken, /sk-1234/],
  ['a stream that reports an error, as the AI SDK’s', () => given('half', { type: 'error', error: secret }), /sk-1234/],
  [
    'a stream that reports an error, as OpenAI’s',
    () => given({ error: { message: 'no quota', type: 'insufficient_quota' } }),
    /no quota/,
  ],
  ['a model that is silent', () => given(new Promise(() => undefined)), /the model gave nothing for/],
  [
    'a tool that throws, in the AI SDK',
    () => given(called, { type: 'tool-error', toolCallId: 'c', error: secret }, 'ok'),
    /weather.*sk-1234/,
  ],
  [
    'a tool whose text of an error is for the page',
    () => given(called, { type: 'tool-output-error', toolCallId: 'c', errorText: 'no city' }, 'ok'),
    /weather.*no city/,
  ],
  ['no source at all', () => undefined, /the source is undefined, not a stream/],
  ['a text instead of a source', () => 'hello', /the source is a string, not a stream/],
  ['an HTTP response instead of a source', () => new Response('hello'), /the source is a Response, not a stream/],
  ['a part of a shape that is not known', () => given({ type: 'surprise' }, 'ok'), /parts are of type "surprise"/],
  ['a source that yields numbers', () => given(42), /it yielded a number/],
]

it.each(failures)('%s is on the developer’s console, and not in the response', async (_, respond, shown) => {
  const print = vi.spyOn(console, 'error').mockReturnValue(undefined)
  onTestFinished(() => print.mockRestore())
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const agent = serveAgent({ channel: channel.agent(), respond: () => respond() as Source, clock }) // As untyped code may.
  const answering = agent.answer(channel.prompt('hello'))
  await clock.run(200_000)
  const answer = await answering
  expect(answer.type === 'answering' && (await answer.finished).status).toMatch(/^(?:failed|complete)$/)
  expect(print.mock.calls.flat().map(textOf).join('\n')).toMatch(shown)
  expect(JSON.stringify(channel.messages)).not.toContain('sk-1234')
})

it('so is the failure of a response that is streamed without an agent', async () => {
  const print = vi.spyOn(console, 'error').mockReturnValue(undefined)
  onTestFinished(() => print.mockRestore())
  const clock = fakeClock()
  const { finished } = streamResponse(
    fakeServer(clock, () => accepted),
    broken(),
    { clock },
  )
  await clock.run(10_000)
  await finished
  expect(print.mock.calls).toEqual([[secret]])
})

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${textOf(error.cause)}` : String(error)
}
