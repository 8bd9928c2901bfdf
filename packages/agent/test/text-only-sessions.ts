import type { Headers } from '@streamfold/core'
import type { ResponseWriter } from '@streamfold/core/transport'
import type { Fate } from '@streamfold/testkit'
import { createFaultyWriter } from '@streamfold/testkit'
import type { StreamOptions } from '../src/index.ts'
import { streamResponse } from '../src/index.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeSource } from './fake-source.ts'

/** One operation as a writer was given it. */
export interface RecordedOperation {
  readonly kind: 'create' | 'append' | 'update'
  readonly at: number
  readonly text: string
  readonly headers: Headers
  readonly metadata?: unknown
}

interface TextOnlySession {
  readonly texts: readonly string[]
  readonly delay?: number
  readonly fate?: (operation: 'create' | 'append' | 'update', nth: number) => Fate
  readonly maxMessageSize?: number
  readonly error?: Error
  readonly options?: Omit<StreamOptions, 'clock' | 'signal'>
  readonly cancelAt?: number
  readonly annotateAt?: number
  readonly disturbAt?: number
}

const words = Array.from({ length: 60 }, (_, n) => `word ${n}, `)
const refused =
  (...which: number[]) =>
  (operation: string, nth: number): Fate =>
    operation === 'append' && which.includes(nth) ? { verdict: 'refused', delay: 9 } : { verdict: 'accepted', delay: 7 }

const sessions: Readonly<Record<string, TextOnlySession>> = {
  plain: { texts: words, delay: 3 },
  'at once': { texts: words },
  empty: { texts: [] },
  long: { texts: Array.from({ length: 90 }, (_, n) => `${n} ${'long é😀 '.repeat(20)}`), delay: 1, maxMessageSize: 4_096 },
  repaired: { texts: words, delay: 3, fate: refused(2, 3, 9) },
  cancelled: { texts: words, delay: 3, cancelAt: 60 },
  failed: { texts: words.slice(0, 5), delay: 3, error: new Error('the model failed') },
  annotated: { texts: words, delay: 9, annotateAt: 40 },
  disturbed: { texts: words, delay: 3, disturbAt: 50 },
  silent: { texts: words.slice(0, 3), delay: 9_000, options: { heartbeat: 2_000 } },
  'with separators and heads as text': {
    texts: ['a\u{1e}', '{"type":"tool","id":"1","name":"x"}\n', '\u{1e}\u{1e}b'],
    delay: 30,
  },
}

/** Streams answers of text alone, and returns the operations of each. */
export async function recordTextOnly(): Promise<Record<string, readonly RecordedOperation[]>> {
  const recorded: Record<string, readonly RecordedOperation[]> = {}
  for (const [name, session] of Object.entries(sessions)) recorded[name] = await record(session)
  return recorded
}

async function record({
  texts,
  delay = 0,
  fate = () => ({ verdict: 'accepted', delay: 7 }),
  maxMessageSize = 65_536,
  error,
  options,
  cancelAt,
  annotateAt,
  disturbAt,
}: TextOnlySession): Promise<readonly RecordedOperation[]> {
  const clock = fakeClock()
  const server = createFaultyWriter({ clock, fate, maxMessageSize })
  const operations: RecordedOperation[] = []
  const note = (kind: RecordedOperation['kind'], draft: { text: string; headers: Headers; metadata?: unknown }): void => {
    const { text, headers, metadata } = draft
    operations.push({ kind, at: clock.now(), text, headers, ...(metadata !== undefined && { metadata }) })
  }
  const writer: ResponseWriter = {
    maxMessageSize,
    create: (draft) => (note('create', draft), server.create(draft)),
    append: (serial, draft) => (note('append', draft), server.append(serial, draft)),
    update: (serial, draft) => (note('update', draft), server.update(serial, draft)),
  }
  const stop = new AbortController()
  const source = fakeSource(
    clock,
    texts.map((text) => ({ text, delay })),
    error,
  )
  const stream = streamResponse(writer, source, {
    replyTo: 'prompt',
    headers: { topic: 'tests' },
    onError: () => undefined,
    ...options,
    signal: stop.signal,
    clock,
  })
  if (cancelAt !== undefined) clock.after(cancelAt, () => stop.abort())
  if (annotateAt !== undefined) clock.after(annotateAt, () => stream.annotate({ note: 'added' }))
  if (disturbAt !== undefined) clock.after(disturbAt, () => stream.disturbed())
  await clock.run(1_000_000)
  await stream.finished
  return operations
}
