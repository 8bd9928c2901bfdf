import type { ConversationEvent } from '@streamfold/core'
import { emptyConversation, normalise } from '@streamfold/core'
import { exportLog } from '@streamfold/core/log'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { it, type Harness } from './fixture.ts'
import { live, says } from './run.ts'

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

it('diff compares one branch', async ({ harness }) => {
  const file = saved(harness)
  const diff = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await harness.streamfold(['diff', file, ...args]).ended
    const lines = code === 1 ? stdout.trim().split('\n') : []
    const all = lines.map((line) => JSON.parse(line) as { readonly type: string; readonly message: Line })
    return { code, stderr, told: all.map(({ type, message }) => `${type} ${message.id}`) }
  }
  const [first, newest, none, unknown] = await Promise.all([
    diff('--from', '2', '--branch', 's1'),
    diff('--from', '2', '--branch', 's5'),
    diff('--from', '2', '--branch', 's2'),
    diff('--from', '2', '--branch', 's9'),
  ])
  expect(first).toMatchObject({ code: 1, told: ['added s4', 'removed s2'] })
  expect(newest).toMatchObject({ code: 1, told: ['added s5', 'added s6', 'removed s1', 'removed s2'] })
  expect(none.code).toBe(0)
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('unable to find s9 at either point') as string })
})

it('tail prints what happens on one branch', async ({ harness }) => {
  const server = await harness.serve()
  const ann = harness.realtime(server, { clientId: 'ann' }).channels.get('ai:branches')
  const agent = harness.realtime(server, { clientId: 'agent' }).channels.get('ai:branches')
  const publish = async (channel: typeof ann, data: string | undefined, headers: Record<string, string>) => {
    const name = channel === ann ? 'prompt' : 'response'
    const role = channel === ann ? 'user' : 'assistant'
    const { serials } = await channel.publish({ name, data, extras: { headers: { role, ...headers } } })
    return serials[0]!
  }
  const answer = (text: string, asked: string) => publish(agent, text, { status: 'complete', 'reply-to': asked })
  const why = await publish(ann, 'Why?', {})
  const because = await answer('Because.', why)
  const how = await publish(ann, 'How?', { edits: why })
  const at = ['tail', 'ai:branches', '--local', String(server.port)]
  const run = harness.streamfold([...at, '--branch', because])
  await run.until(live)
  await answer('So.', how)
  const again = await publish(ann, undefined, { again: why })
  await answer('Why not?', again)
  await publish(ann, 'And then?', { parent: because })
  await run.until(says('And then?'))
  const texts = run.events().flatMap(({ text, serial }) => (serial === again ? 'the request' : (text ?? [])))
  expect(texts).toEqual(['Why?', 'Because.', 'the request', 'And then?'])
  const { code, stderr } = await harness.streamfold([...at, '--branch', 's9']).ended
  expect([code, stderr]).toEqual([2, expect.stringContaining('unable to find s9 on the channel')])
})
