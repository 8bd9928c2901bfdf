import { normalise, emptyConversation, type ConversationEvent, type Log } from '@streamfold/core'
import { exportLog } from '@streamfold/core/log'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { it, type Harness } from './fixture.ts'

const begin = new Date(2026, 10, 22, 14, 2, 11).getTime()

function message(action: string, data: string, version: string, status = 'streaming'): ConversationEvent {
  const extras = { headers: { role: 'assistant', status } }
  return normalise({ serial: 's1', action, data, clientId: 'agent', extras, timestamp: begin, version: { serial: version } })
}

/** A recording with a lost connection between two appends, one event per second. */
const events: readonly ConversationEvent[] = [
  { type: 'connection', state: 'connected' },
  { type: 'channel', state: 'attached', resumed: false },
  { type: 'history', state: 'loaded' },
  message('message.create', 'The answer', 'v1'),
  message('message.append', ' is', 'v2'),
  { type: 'channel', state: 'attached', resumed: false },
  message('message.append', '-two', 'v4'),
  message('message.update', 'The answer is forty-two', 'v5', 'complete'),
]

const log: Log = { start: emptyConversation(), events, arrivals: events.map((_, index) => ({ at: begin + index * 1_000 })) }

function saved(harness: Harness, text = exportLog(log), name = 'a.log'): string {
  const path = join(harness.folder(), name)
  writeFileSync(path, text)
  return path
}

describe.concurrent('replay', () => {
  it('prints the conversation at a number of events, or at a time', async ({ harness }) => {
    const file = saved(harness)
    const points = ['5', '14:02:15']
    const runs = await Promise.all(points.map((point) => harness.streamfold(['replay', file, '--until', point]).ended))
    for (const { code, stdout } of runs) {
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ id: 's1', text: 'The answer is', status: 'streaming', continuity: 'contiguous' })
    }
  })

  it('prints the end without a point, and the gap at one', async ({ harness }) => {
    const file = saved(harness)
    const [end, gap] = await Promise.all([
      harness.streamfold(['replay', file, '--text']).ended,
      harness.streamfold(['replay', file, '--text', '--until', '7']).ended,
    ])
    expect(end.stdout).toMatch(
      /^agent {2}assistant, complete, 14:02:11\.000\n {2}The answer is forty-two\n\nafter 8 of 8 events, at /,
    )
    expect(gap.stdout).toMatch(
      /^agent {2}assistant, streaming, gapped: text may be missing, .*\n {2}The answer is\n\nafter 7 of 8 /,
    )
  })

  it('prints the events with the numbers that --until takes', async ({ harness }) => {
    const { stdout } = await harness.streamfold(['replay', saved(harness), '--events', '--text', '--until', '7']).ended
    expect(stdout.split('\n')).toEqual([
      '    1 14:02:11.000 connection connected',
      '    2 14:02:12.000 channel    attached',
      '    3 14:02:13.000 history    loaded',
      '    4 14:02:14.000 create     #1  agent: The answer  streaming',
      '    5 14:02:15.000 append     #1  +  is',
      '    6 14:02:16.000 channel    attached again, something may be lost  #1 gap',
      '    7 14:02:17.000 append     #1  + -two',
      '',
    ])
  })

  it('makes do without a last line that a kill has torn', async ({ harness }) => {
    const file = saved(harness, exportLog(log).slice(0, -10))
    const { code, stdout, stderr } = await harness.streamfold(['replay', file]).ended
    expect([code, stderr]).toEqual([0, `the last line of ${file} is incomplete, and left out: its recording was killed\n`])
    expect(JSON.parse(stdout)).toMatchObject({ text: 'The answer is', continuity: 'gapped' })
  })

  it('reads a log of version 1, and prints what to do about an empty or a newer one', async ({ harness }) => {
    const first = saved(harness, ofVersion1(exportLog(log)), 'first.log')
    const empty = saved(harness, '', 'empty.log')
    const newer = saved(harness, exportLog(log).replace('"version":3', '"version":4'), 'newer.log')
    const [read, ...refused] = await Promise.all(
      [first, empty, newer].map((file) => harness.streamfold(['replay', file, '--json']).ended),
    )
    expect(JSON.parse(read!.stdout)).toMatchObject({ text: 'The answer is forty-two', status: 'complete' })
    expect(refused).toEqual([
      {
        code: 4,
        stdout: '',
        stderr: `unable to read ${empty}; it is empty: record it again, or export it again from the inspector\n`,
      },
      { code: 4, stdout: '', stderr: `unable to read ${newer}; it is of version 4, this is version 3: update Streamfold\n` },
    ])
  })
})

describe.concurrent('diff', () => {
  it('finds no difference between recordings that show the same, however they came about', async ({ harness }) => {
    const short = { ...log, events: [...events.slice(0, 3), events.at(-1)!] }
    const args = ['diff', saved(harness), saved(harness, exportLog(short), 'b.log')]
    const [json, text, all] = await Promise.all([
      harness.streamfold(args).ended,
      harness.streamfold([...args, '--text']).ended,
      harness.streamfold([...args, '--all']).ended,
    ])
    expect(json).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(text).toEqual({ code: 0, stdout: 'no difference in 1 message\n', stderr: '' })
    expect(all).toMatchObject({ code: 0, stdout: '' })
  })

  it('prints how two logs differ', async ({ harness }) => {
    const other = { ...log, events: [...events.slice(0, 5), message('message.create', 'x', 'v9')] }
    const { code, stdout } = await harness.streamfold(['diff', saved(harness), saved(harness, exportLog(other), 'b.log')]).ended
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'changed',
      fields: expect.arrayContaining(['text', 'status']),
      before: { text: 'The answer is forty-two', status: 'complete' },
      after: { text: 'x', status: 'streaming' },
    })
  })

  it('prints how two points of a log differ, as text', async ({ harness }) => {
    const { code, stdout } = await harness.streamfold(['diff', saved(harness), '--from', '5', '--to', '+7', '--text']).ended
    expect(code).toBe(1)
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      '~ agent s1',
      '    text: differs from character 13 on, 10 longer',
      '    - The answer is',
      '    + The answer is forty-two',
    ])
    expect(stdout).toContain('status: streaming → complete')
  })

  it('prints messages that only one log has', async ({ harness }) => {
    const { code, stdout } = await harness.streamfold(['diff', saved(harness), '--from', '3', '--text']).ended
    expect([code, stdout]).toEqual([1, '+ agent s1, complete: The answer is forty-two\n'])
  })
})

/** A log in version 1: messages instead of records, and events without fields. */
function ofVersion1(text: string): string {
  const [header, ...events] = text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>) // As exported.
  const { records: messages, ...start } = header!['start'] as Record<string, unknown> // As exported.
  const lines = [
    { ...header, version: 1, start: { ...start, version: 1, messages } },
    ...events.map((event) => ({ ...event, fields: undefined })),
  ]
  return lines.map((line) => JSON.stringify(line)).join('\n')
}
