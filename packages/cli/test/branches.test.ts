import type { ConversationEvent } from '@streamfold/core'
import { emptyConversation, normalise } from '@streamfold/core'
import { exportLog } from '@streamfold/core/log'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { it, type Harness } from './fixture.ts'

function message(serial: string, data: string, headers: Record<string, string>): ConversationEvent {
  const clientId = headers['role'] === 'user' ? 'ann' : 'agent'
  const raw = { serial, action: 'message.create', data, clientId, extras: { headers }, timestamp: 1_000 }
  return normalise(raw, { agent: 'agent' })
}

/** A prompt with two responses, and an edit of it with one. */
const events: readonly ConversationEvent[] = [
  message('s1', 'Why?', { role: 'user' }),
  message('s2', 'Because.', { role: 'assistant', status: 'complete', 'reply-to': 's1' }),
  message('s3', '', { role: 'user', again: 's1' }),
  message('s4', 'Why not?', { role: 'assistant', status: 'complete', 'reply-to': 's3' }),
  message('s5', 'How?', { role: 'user', edits: 's1' }),
  message('s6', 'So.', { role: 'assistant', status: 'complete', 'reply-to': 's5' }),
]

function saved(harness: Harness): string {
  const path = join(harness.folder(), 'branches.log')
  writeFileSync(path, exportLog({ start: emptyConversation(), events }))
  return path
}

interface Line {
  readonly id: string
  readonly versions?: readonly string[]
}

it('replay prints the newest branch, or the one with a message', async ({ harness }) => {
  const file = saved(harness)
  const idsOf = async (...args: readonly string[]) => {
    const { code, stdout } = await harness.streamfold(['replay', file, ...args]).ended
    expect(code).toBe(0)
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
  }
  const [newest, first, second] = await Promise.all([idsOf(), idsOf('--branch', 's2'), idsOf('--branch', 's1')])
  expect(newest.map(({ id }) => id)).toEqual(['s5', 's6'])
  expect(newest.map(({ versions }) => versions)).toEqual([['s1', 's5'], undefined])
  expect(first.map(({ id }) => id)).toEqual(['s1', 's2'])
  expect(first.map(({ versions }) => versions)).toEqual([
    ['s1', 's5'],
    ['s2', 's4'],
  ])
  expect(second.map(({ id }) => id)).toEqual(['s1', 's4'])
})

it('replay names the other versions, for people too', async ({ harness }) => {
  const { stdout } = await harness.streamfold(['replay', saved(harness), '--text', '--branch', 's2']).ended
  expect(stdout).toContain('  ‹1/2›, the others: s5\n  Why?')
  expect(stdout).toContain('  ‹1/2›, the others: s4\n  Because.')
  expect(stdout).toContain('2 messages, ready')
})

it('replay says what to do about a branch that there is not', async ({ harness }) => {
  const file = saved(harness)
  const runs = [
    harness.streamfold(['replay', file, '--branch', 's9']).ended,
    harness.streamfold(['replay', file, '--branch', 's2', '--until', '1']).ended,
    harness.streamfold(['replay', file, '--branch', 's2', '--events']).ended,
  ]
  const [unknown, later, both] = await Promise.all(runs)
  for (const { code } of [unknown!, later!, both!]) expect(code).toBe(2)
  expect(unknown!.stderr).toContain('unable to find s9 after 6 events; it is the id of no message there')
  expect(later!.stderr).toContain('unable to find s2 after 1 events')
  expect(both!.stderr).toContain('leave out --branch or --events')
})
