import type { Log } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { frameHead } from '@streamfold/core/codec'
import { exportLog, importLog, redactLog, replay } from '@streamfold/core/log'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { draw } from '../src/draw/draw.ts'
import { layoutOf } from '../src/draw/layout.ts'
import { bandsOf } from '../src/model/bands.ts'
import { contextChanges } from '../src/model/context-changes.ts'
import { testText } from '../src/model/copy-test.ts'
import { explain } from '../src/model/explain.ts'
import { figuresOf } from '../src/model/figures.ts'
import { kindNames } from '../src/model/names.ts'
import { clock } from '../src/model/ticks.ts'
import { stateBefore } from '../src/model/time-travel.ts'
import { createTimelineReader } from '../src/model/read-timeline.ts'
import type { Axis } from '../src/model/viewport.ts'
import { fitted, initialViewport } from '../src/model/viewport.ts'
import { live, story, storyLog } from './story.ts'

const lines = exportLog(storyLog()).split('\n')

/** A canvas that accepts every call; invalid numbers are recorded. */
function canvas(): { context: CanvasRenderingContext2D; wrong: unknown[] } {
  const wrong: unknown[] = []
  const context = new Proxy(
    {},
    {
      get: (_, name) =>
        name === 'measureText'
          ? (text: string) => ({ width: text.length * 6 })
          : (...values: unknown[]) => wrong.push(...values.filter((value) => typeof value === 'number' && Number.isNaN(value))),
      set: () => true,
    },
  )
  return { context: context as CanvasRenderingContext2D, wrong } // The members that are used.
}

const palette = Object.fromEntries(
  ['paper', 'ink', 'soft', 'line', 'accent', 'wash', 'warn', 'bad', 'repair', 'font'].map((name) => [name, name]),
) as never // The names are enough.

/** Everything that an inspector does with a log. */
function inspect(log: Log): void {
  const reader = createTimelineReader()
  for (let turn = 0; reader.read(log, 7); turn++) expect(turn).toBeLessThan(100)
  const { timeline } = reader
  const bands = bandsOf(timeline)
  figuresOf(timeline)
  for (const axis of ['time', 'order'] satisfies Axis[]) {
    const viewport = fitted({ ...initialViewport, axis }, timeline)
    const { context, wrong } = canvas()
    const layout = layoutOf(timeline, viewport, 800, 400, 0)
    const scene = {
      timeline,
      bands,
      viewport,
      cursor: timeline.first,
      now: viewport.to,
      nameOf: (serial: string) => serial,
      offset: 0,
    }
    draw({ ...scene, context, palette, layout })
    expect(wrong).toEqual([])
  }
  for (const entry of timeline.entries) {
    const event = log.events[entry.index - (log.folded ?? 0)]!
    const [before, after] = [stateBefore(timeline, log, entry.index), stateBefore(timeline, log, entry.index + 1)]
    expect(typeof explain(entry, event, before, after)).toBe('string')
    expect(kindNames[entry.kind]).toBeTypeOf('string')
    clock(entry.at, 0, true)
    contextChanges(before, after)
    for (const { text } of selectMessages(after)) expect(text).toBeTypeOf('string')
  }
  testText(timeline, log, timeline.next)
  redactLog(log)
  expect(exportLog(importLog(exportLog(log)))).toBe(exportLog(log))
}

/** Reads a log as the inspector does: it is refused with a reason, or it can be inspected. */
function read(text: string): void {
  let log: Log
  try {
    log = importLog(text)
  } catch (error) {
    expect((error as Error).message).toMatch(/^unable to read the log; .+/)
    return
  }
  inspect(log)
}

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    0.5,
    1e308,
    -1e308,
    8.65e15,
    2 ** 53,
    '',
    '__proto__',
    'constructor',
    'toString',
  ),
  fc.constantFrom<unknown>([], {}, [null], [{}], { length: 5 }, { at: 1e300 }, { status: 1 }, { __proto__: null, x: 1 }),
  fc.constantFrom(
    'created',
    'appended',
    'replaced',
    'deleted',
    'snapshot',
    'cancel',
    'ignored',
    'channel',
    'connection',
    'history',
  ),
  fc.constantFrom(
    'presence',
    'prompt-sent',
    'prompt-failed',
    'prompt-unanswered',
    'tick',
    'attached',
    'live',
    'interrupted.whole',
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary' }),
)

/** The paths to everything in a value. */
function paths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([name, each]) => paths(each, [...path, name]))]
}

function changed(value: unknown, [name, ...rest]: readonly string[], to: unknown): unknown {
  if (name === undefined) return to
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...(value as object) }
  copy[name] = changed(copy[name], rest, to)
  if (copy[name] === undefined) delete copy[name]
  return copy
}

const { start: _start, ...header } = JSON.parse(lines[0]!) as Record<string, unknown>
const ended = replay(storyLog())
const started = exportLog({ start: ended, events: storyLog().events.slice(3, 5), folded: 17 }).split('\n')

const framed = { extras: { headers: { role: 'assistant', status: 'streaming', format: 'parts/1' } } }
const withTools = exportLog(
  storyLog([
    ...story.slice(0, 5),
    live('create', 'v1', frameHead({ type: 'reasoning' }), framed),
    live('append', 'v2', `${frameHead({ type: 'tool', id: 'c', name: 'search' })}{"q":1}`, framed),
    live('append', 'v3', frameHead({ type: 'input', id: 'c' }) + frameHead({ type: 'run', id: 'c', epoch: 'e' }), framed),
    live('append', 'v4', `${frameHead({ type: 'output', id: 'c' })}{}${frameHead({ type: 'end' })}`, framed),
  ]),
).split('\n')

it.each([
  ['a log from the beginning', lines],
  ['a log with a call of a tool', withTools],
  ['a log that begins in the middle', started],
])('any field of any line may be anything: %s', { timeout: 300_000 }, (_name, all) => {
  const parsed = all.map((line) => JSON.parse(line) as unknown)
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.oneof({ weight: 9, arbitrary: odd }, fc.constant(undefined))), {
        minLength: 1,
        maxLength: 3,
      }),
      (changes) => {
        const next = [...parsed]
        for (const [line, place, to] of changes) {
          const at = line % next.length
          const places = paths(next[at])
          next[at] = changed(next[at], places[place % places.length]!, to)
        }
        read(next.map((value) => JSON.stringify(value) ?? 'undefined').join('\n'))
      },
    ),
    { numRuns: Number(process.env['LAW_RUNS'] ?? 1500) },
  )
})

it('events of any type and any fields are looked at, or set aside', { timeout: 300_000 }, () => {
  const types = [
    'created',
    'appended',
    'replaced',
    'deleted',
    'snapshot',
    'cancel',
    'ignored',
    'channel',
    'connection',
    'history',
  ]
  const type = fc.constantFrom(
    ...types,
    'presence',
    'prompt-sent',
    'prompt-failed',
    'prompt-unanswered',
    'tick',
    'unknown',
    'toString',
  )
  const names = [
    'serial',
    'version',
    'text',
    'role',
    'phase',
    'headers',
    'clientId',
    'messageId',
    'createdAt',
    'at',
    'state',
    'resumed',
  ]
  const more = [
    'error',
    'retryIn',
    'hasOlder',
    'agents',
    'key',
    'now',
    'awoke',
    'target',
    'reason',
    'of',
    'source',
    'deleted',
    'arrived',
  ]
  const likely = fc.constantFrom<unknown>(
    's1',
    'v1',
    'v2',
    'assistant',
    'user',
    'streaming',
    { status: 'complete' },
    1_000,
    'history',
    true,
  )
  const event = fc.record(
    { type, ...Object.fromEntries([...names, ...more].map((name) => [name, fc.oneof(likely, odd)])) },
    { requiredKeys: ['type'] },
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), (events) => {
      read([lines[0]!, ...events.map((each) => JSON.stringify(each))].join('\n'))
    }),
    { numRuns: Number(process.env['LAW_RUNS'] ?? 500) },
  )
})

it.each([
  ['a time that no date has', '{"type":"tick","now":1e300}'],
  ['a time before all', '{"type":"tick","now":-1e17}'],
  ['an arrival that no date has', '{"type":"tick","now":1,"arrived":{"at":1e300}}'],
  ['a text that is none', '{"type":"created","serial":"s1","version":"v1","text":7,"role":"assistant","createdAt":1,"at":1}'],
  ['a state that there is not', '{"type":"connection","state":{"toString":1}}'],
  ['agents that are no list', '{"type":"presence","agents":7}'],
  [
    'a raw message nested without end',
    `{"type":"tick","now":1,"arrived":{"at":1,"raw":${'['.repeat(9_000)}${']'.repeat(9_000)}}}`,
  ],
  [
    'headers that are no texts',
    '{"type":"created","serial":"s1","version":"v1","text":"","role":"assistant","headers":{"status":{}},"createdAt":1,"at":1}',
  ],
])('ignores an event with %s, with a reason', (_name, line) => {
  const log = importLog([...lines, line].join('\n'))
  inspect(log)
  expect(log.events).toHaveLength(lines.length)
})

it.each([
  ['folded without end', { ...header, folded: 1e308, start: _start }],
  ['folded below zero', { ...header, folded: -1, start: _start }],
  ['a start that is a list', { ...header, start: [] }],
  ['a start without messages', { ...header, start: { version: 1 } }],
  ['a start whose messages are none', { ...header, start: { ...(_start as object), records: [7] } }],
  ['a start at a place that there is not', { ...header, start: changed(_start, ['rest', 'channel', 'place'], 'toString') }],
])('refuses %s with a reason', (_name, first) => {
  expect(() => importLog([JSON.stringify(first), ...lines.slice(1)].join('\n'))).toThrow(
    /^unable to read the log; its (start|first line) .+: export it again/,
  )
})
