import type { ConversationEvent } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { frameHead } from '@streamfold/core/codec'
import { expect, it } from 'vitest'
import { draw } from '../src/draw/draw.ts'
import { layoutOf } from '../src/draw/layout.ts'
import { explain } from '../src/model/explain.ts'
import { timelineOf } from '../src/model/read-timeline.ts'
import { stateBefore } from '../src/model/time-travel.ts'
import { fitted, initialViewport } from '../src/model/viewport.ts'
import { live, story, storyLog } from './story.ts'

const framed = { extras: { headers: { role: 'assistant', status: 'streaming', format: 'parts/1' } } }
const ended = { extras: { headers: { role: 'assistant', status: 'complete', format: 'parts/1' } } }

/** Versions of one response, an append for each piece. */
function run(...pieces: readonly string[]): readonly ConversationEvent[] {
  return [
    ...story.slice(0, 5),
    live('create', 'v1', '', framed),
    ...pieces.map((piece, at) =>
      live('append', `w${String(at).padStart(2, '0')}`, piece, at === pieces.length - 1 ? ended : framed),
    ),
  ]
}

function frame(head: Head, body = ''): string {
  return frameHead(head) + body
}

const search = [
  frame({ type: 'reasoning' }, 'Let me look it up'),
  frame({ type: 'end', ms: 1_500 }),
  frame({ type: 'tool', id: 'c1', name: 'search' }, '{"query":'),
  '"Ably"}',
  frame({ type: 'input', id: 'c1' }),
  frame({ type: 'run', id: 'c1', epoch: 'e' }),
  frame({ type: 'output', id: 'c1' }, '{"pages":'),
  `2}${frame({ type: 'end' })}`,
  frame({ type: 'source', id: 'u', url: 'https://a.test', title: 'A page' }),
  frame({ type: 'text' }, 'Found it'),
  frame({ type: 'meta' }, '{"model":"m"}') + frame({ type: 'end' }),
]
const log = storyLog(run(...search))
const timeline = timelineOf(log)

function told(from = log): readonly string[] {
  const timeline = timelineOf(from)
  return timeline.entries.map((entry, index) => {
    const [before, after] = [stateBefore(timeline, from, index), stateBefore(timeline, from, index + 1)]
    return explain(entry, from.events[index]!, before, after)
  })
}

it('explains by parts what an append added', () => {
  expect(told().slice(6)).toEqual([
    '17 characters of reasoning.',
    'The reasoning is complete, after 1.5 s.',
    'A call of search; 9 characters of the input of search.',
    '7 characters of the input of search.',
    'The input of search is complete.',
    'Search is executed.',
    expect.stringMatching(/^\d+ characters of data\.$/),
    'The call of search got its output.',
    'The source A page.',
    '8 characters of text.',
    'Metadata. The response is complete.',
  ])
})

it('knows a call from its beginning to its result', () => {
  expect(timeline.calls.get('s1')).toEqual([{ id: 'c1', name: 'search', from: 8, input: 10, run: 11, to: 13, outcome: 'output' }])
})

it('knows calls that failed, and that got no result', () => {
  const calls = timelineOf(
    storyLog(
      run(
        frame({ type: 'tool', id: 'a', name: 'x' }, '{}') + frame({ type: 'input', id: 'a' }),
        frame({ type: 'tool', id: 'b', name: 'y' }, '{'),
        frame({ type: 'fault', id: 'a' }, 'no') + frame({ type: 'end' }),
        '',
      ),
    ),
  ).calls.get('s1')
  expect(calls).toEqual([
    { id: 'a', name: 'x', from: 6, input: 6, run: undefined, to: 8, outcome: 'failed' },
    { id: 'b', name: 'y', from: 7, input: undefined, run: undefined, to: 9, outcome: 'interrupted' },
  ])
})

it('draws a call under its message, with its name where there is room', () => {
  const texts: unknown[] = []
  const context = new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === 'measureText') return (text: string) => ({ width: text.length * 6 })
        return (...values: unknown[]) => void (name === 'fillText' && texts.push(values[0]))
      },
      set: () => true,
    },
  ) as CanvasRenderingContext2D // The members that are used.
  const palette = new Proxy({}, { get: (_, name) => name }) as never // The names are enough.
  const viewport = fitted({ ...initialViewport }, timeline)
  const nameOf = (serial: string) => serial
  const scene = { timeline, bands: [], viewport, cursor: undefined, now: viewport.to, nameOf, offset: 0, context, palette }
  draw({ ...scene, layout: layoutOf(timeline, viewport, 900, 400, 0) })
  expect(texts).toContain('search')
  texts.length = 0
  draw({ ...scene, layout: layoutOf(timeline, viewport, 900, 90, 0) })
  expect(texts).not.toContain('search')
})

it('explains an append that was lost, one that came twice, and that the check has stopped', () => {
  const give = (len: number) => ({ ...framed, version: { serial: 'x', timestamp: 1, metadata: { len: String(len) } } })
  const append = (version: string, text: string, len: number) =>
    live('append', version, text, { ...framed, version: { ...give(len).version, serial: version } })
  const whole = (version: string, text: string, len: number) =>
    live('update', version, text, { ...framed, version: { ...give(len).version, serial: version } })
  const events = [
    ...story.slice(0, 5),
    live('create', 'v1', 'ab', framed),
    append('v2', 'c', 15),
    whole('v3', 'abc', 9),
    append('v4', 'dd', 4),
    whole('v5', 'abcdd', 9),
  ]
  expect(told(storyLog(events)).slice(6)).toEqual([
    'Not appended: 12 characters are missing: an append was lost. The text is read again.',
    expect.any(String),
    'Not appended: 1 character too many: an append came twice. The text is read again.',
    expect.stringContaining('The lengths on this channel were wrong twice: they are not checked any more.'),
  ])
})
