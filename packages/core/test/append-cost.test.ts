// @own-process: it counts how often code runs
import type { Profiler } from 'node:inspector'
import { Session } from 'node:inspector'
import type { ConversationEvent } from '@streamfold/core'
import {
  createStore,
  selectMessage,
  selectMessages,
  selectPromptStates,
  selectStatus,
  selectUnansweredReason,
  selectWaiting,
} from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { escapeBody, frameHead } from '@streamfold/core/codec'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answer, input, message, prompt, response } from './asking.ts'
import { attached } from './build.ts'

const session = new Session()

beforeAll(() => {
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
})

afterAll(() => session.disconnect())

/** How often blocks of the core's code run: calls, and turns of loops. What the engine does by itself, such as a copy of a list, is not counted. */
function operationsOf(run: () => void): number {
  take()
  run()
  return take()
    .filter(({ url }) => url.includes('/packages/core/src/'))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
    .reduce((sum, count) => sum + count, 0)
}

function take(): readonly Profiler.ScriptCoverage[] {
  let all: readonly Profiler.ScriptCoverage[] = []
  // Answers at once: the session is of this thread.
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (error) throw error
    all = result
  })
  return all
}

const framed = (head: Head, body = '') => frameHead(head) + escapeBody(body)

/** What each part adds, as increments of one response. */
const shapes: Readonly<Record<string, (id: string) => readonly (string | ConversationEvent)[]>> = {
  'calls with outputs': (id) => [
    framed({ type: 'tool', id, name: 'search' }, '{"q":1}'),
    framed({ type: 'input', id }),
    framed({ type: 'run', id, epoch: 'e' }),
    framed({ type: 'output', id }, '[1]'),
    framed({ type: 'end' }),
  ],
  'calls that were decided': (id) => [
    framed({ type: 'tool', id, name: 'search' }, '{"q":1}'),
    framed({ type: 'input', id }),
    framed({ type: 'ask', id, approval: `a-${id}` }),
    framed({ type: 'decided', id, approved: true, by: 'alice', answer: 's1' }),
  ],
  'calls that people answered': (id) => [
    framed({ type: 'tool', id, name: 'invite' }, JSON.stringify(input)),
    framed({ type: 'input', id }),
    framed({ type: 'ask', id, approval: `a-${id}` }),
    answer({ call: id, serial: `s3-${id}` }),
    framed({ type: 'decided', id, approved: true, by: 'alice', answer: `s3-${id}` }),
  ],
  'texts with sources and citations': (id) => [
    framed({ type: 'text', id }, 'said'),
    framed({ type: 'end', id }),
    framed({ type: 'source', id: `u-${id}`, url: 'https://a.test' }),
    framed({ type: 'cite', source: `u-${id}` }),
    framed({ type: 'text' }, 'more\n'),
  ],
  'steps with reasoning, files and data': (id) => [
    framed({ type: 'step' }),
    framed({ type: 'reasoning' }, 'hm'),
    framed({ type: 'file', mediaType: 'image/png', url: 'https://a.test' }),
    framed({ type: 'data', name: 'progress', id: 'one' }, '1'),
    framed({ type: 'data', name: 'progress', id }, '1'),
    framed({ type: 'meta' }, `{"${id}":1}`),
  ],
  'inputs of two calls in turns': (id) =>
    id === 'p0000'
      ? [framed({ type: 'tool', id: 'left', name: 'a' }, '["'), framed({ type: 'tool', id: 'right', name: 'b' }, '["')]
      : [framed({ type: 'more', id: 'left', kind: 'tool' }, 'a'), framed({ type: 'more', id: 'right', kind: 'tool' }, 'b')],
}

/** Folds increments into a page's store, and reads all that a page reads after each of them; the operations of the last appends. */
function costOf(shape: (id: string) => readonly (string | ConversationEvent)[], parts: number, last: number): number {
  const store = createStore()
  store.subscribeTo('s2', () => {})
  let version = 100_000
  let cost = 0
  const show = (event: ConversationEvent) => {
    store.dispatch(event)
    const state = store.getSnapshot()
    const call = selectMessage(state, 's2')?.parts.at(-1)
    if (call && 'input' in call) void call.input
    selectMessages(state)
    selectStatus(state)
    selectWaiting(state)
    selectPromptStates(state)
    selectUnansweredReason(state)
  }
  // One that waits to be taken in: its state may change with each append.
  const queued = message('s2b', { name: 'prompt', data: 'and eve', clientId: 'alice', headers: { role: 'user', into: 's2' } })
  store.dispatch([...attached, prompt, response('', 'streaming'), queued])
  for (let part = 0; part < parts; part++) {
    for (const increment of shape(`p${String(part).padStart(4, '0')}`)) {
      if (typeof increment !== 'string') show(increment)
      else {
        const event = append(increment, `v${++version}`)
        if (part < parts - last) show(event)
        else cost += operationsOf(() => show(event))
      }
    }
  }
  expect(selectMessage(store.getState(), 's2')!.version).toBe(`v${version}`)
  return cost
}

function append(increment: string, version: string): ConversationEvent {
  return message('s2', {
    name: 'response',
    data: increment,
    clientId: 'agent',
    action: 'message.append',
    version: { serial: version, timestamp: 12 },
    headers: { role: 'assistant', status: 'streaming', format: 'parts/1', 'reply-to': 's1' },
  })
}

describe('an append costs the same however many parts the message has', () => {
  it.each(Object.keys(shapes))('%s', (name) => {
    const few = costOf(shapes[name]!, 20, 3)
    const many = costOf(shapes[name]!, 320, 3)
    expect(few).toBeGreaterThan(300)
    expect(many / few).toBeLessThan(1.1)
  })
})
