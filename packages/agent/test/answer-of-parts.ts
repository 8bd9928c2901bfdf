import { expect, vi } from 'vitest'
import type { Chunk, ShowOptions } from '../src/index.ts'
import { streamResponse } from '../src/index.ts'
import { readWritten } from '../src/publish/messages/written-response.ts'
import { fakeClock } from './fake-clock.ts'
import { accepted, fakeServer } from './fake-server.ts'

/** Streams the parts. @returns what became of them, in the words of the headers, and what developers were told */
export function answer(...parts: readonly unknown[]) {
  return answerShowing({}, ...parts)
}

/** The same, where readers receive only some of it. */
export async function answerShowing(show: ShowOptions, ...parts: readonly unknown[]) {
  const clock = fakeClock()
  const server = fakeServer(clock, () => accepted)
  const onError = vi.fn<(error: unknown) => void>()
  async function* source() {
    for (const part of parts) yield part as Chunk // Also what is none.
  }
  const { finished } = streamResponse(server, source(), { clock, onError, show })
  await clock.run(300_000)
  const outcome = await finished
  const stored = server.first()
  const isFramed = stored?.headers['format'] === 'parts/1'
  const shown = readWritten([{ data: stored?.text ?? '', isFramed }])
  expect(shown.text).toBe(outcome.text)
  const reasoning = shown.parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join('')
  const { status, finish, empty } = stored?.headers ?? {}
  expect('finish' in outcome ? outcome.finish : undefined).toBe(finish)
  const errors = onError.mock.calls.map(([error]) => (error instanceof Error ? error.message : String(error)))
  return { text: outcome.text, reasoning, status, finish, empty, errors, error: stored?.headers['error'] }
}
