// @own-process: it replaces a library by its lowest release
import type { Chunk, Task } from '@streamfold/agent'
import { readFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { gates, harness, shown, so } from './harness.ts'

vi.mock('@ag-ui/client', () => import('ag-ui-client-lowest'))

interface Manifest {
  readonly version: string
  readonly peerDependencies: Readonly<Record<string, string>>
}

const manifest = (path: string) =>
  JSON.parse(readFileSync(new URL(`../${path}/package.json`, import.meta.url), 'utf8')) as Manifest

it('is tested with the lowest release of the client of AG-UI that it allows', async () => {
  const { version } = manifest('node_modules/ag-ui-client-lowest')
  expect(manifest('.').peerDependencies).toMatchObject({
    '@ag-ui/client': `^${version} || ^1.0.0`,
    '@ag-ui/core': `^${version} || ^1.0.0`,
  })
  const [used, lowest] = await Promise.all([import('@ag-ui/client'), import('ag-ui-client-lowest')])
  expect(used.AbstractAgent).toBe(lowest.AbstractAgent)
})

it('goes on after a reload in mid-run, with what 0.x knows', async () => {
  const gate = gates()
  const { page } = await harness(async function* () {
    yield { type: 'reasoning-delta', id: 'r', text: 'Hm.' }
    yield { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: { city: 'Oslo' } }
    yield { type: 'tool-result', toolCallId: 'c1', output: { degrees: 3 } }
    yield { type: 'source', id: 's1', url: 'https://example.com/' }
    yield 'Three '
    await gate.at('degrees')
    yield 'degrees.'
  })
  const before = page()
  void before.say('How warm is it?')
  await so(() => expect(shown(before).at(-1)).toBe('assistant: Three '))
  before.close()
  const after = page()
  const done = after.agent.connectAgent()
  await so(() => expect(shown(after).at(-1)).toBe('assistant: Three '))
  gate.pass('degrees')
  await done
  expect(shown(after)).toEqual([
    'user: How warm is it?',
    'reasoning: Hm.',
    'call weather{"city":"Oslo"}',
    'tool: {"degrees":3}',
    expect.stringContaining('source-url'),
    'assistant: Three degrees.',
  ])
})

it('asks for an approval, and resumes', async () => {
  const { page } = await harness(async function* ({ continued, run }: Task): AsyncGenerator<Chunk, void> {
    if (!continued) {
      yield { type: 'tool-call', toolCallId: 'c1', toolName: 'send', input: {} }
      yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' }
      return
    }
    await run('c1')
    yield { type: 'tool-result', toolCallId: 'c1', output: 'sent' }
    yield 'Done.'
  })
  const ann = page({ follow: true })
  await ann.say('send')
  const { id } = ann.agent.pendingInterrupts[0]!
  await ann.agent.runAgent({ resume: [{ interruptId: id, status: 'resolved', payload: true }] })
  expect(shown(ann)).toEqual(['user: send', 'call send{}', 'tool: sent', 'assistant: Done.'])
  expect(ann.agent.pendingInterrupts).toEqual([])
})
