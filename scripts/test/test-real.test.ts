import { spawnSync } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createLocalAbly } from '../../packages/local-ably/src/index.ts'
import { cleanUp } from '../test-real/clean-up.ts'
import type { RowReport } from '../test-real/differences.ts'
import { describeDifferences, readReport } from '../test-real/differences.ts'
import { ask, serviceOf } from '../test-real/service.ts'
import { root } from '../workspace.ts'

describe('pnpm test:real', () => {
  it('is skipped, and says why, without a key', () => {
    const env = { ...process.env, ABLY_API_KEY: '' }
    const { status, stdout } = spawnSync(process.execPath, [`${root}scripts/test-real.ts`], { encoding: 'utf8', env })
    expect([status, stdout]).toEqual([0, expect.stringContaining('skipped: ABLY_API_KEY is not set')])
  })

  it('finds the service where the client does', () => {
    const url = (variables: NodeJS.ProcessEnv) => serviceOf({ ABLY_API_KEY: 'a.b:c', ...variables })?.url
    expect(url({})).toBe('https://main.realtime.ably.net')
    expect(url({ ABLY_ENDPOINT: 'eu' })).toBe('https://eu.realtime.ably.net')
    expect(url({ ABLY_ENDPOINT: 'ably.example.com' })).toBe('https://ably.example.com')
    expect(url({ ABLY_ENDPOINT: 'localhost', ABLY_PORT: '4610', ABLY_TLS: 'no' })).toBe('http://localhost:4610')
    expect(serviceOf({ ABLY_API_KEY: '' })).toBeUndefined()
  })

  it('deletes what it wrote, and goes on where it may not', async () => {
    const server = await createLocalAbly()
    onTestFinished(() => server.close())
    const service = { key: server.key, url: server.url }
    for (const channel of ['x', 'y'])
      for (const data of ['one', 'two']) await ask(service, 'POST', `/channels/ai%3A${channel}/messages`, { data })
    const refused = { deleted: 4, left: [expect.stringContaining('40010')] }
    expect(await cleanUp(service, ['ai:x', 'ai:y', '[bad'])).toEqual(refused)
    expect(await cleanUp(service, ['ai:x', 'ai:y'])).toEqual({ deleted: 0, left: [] })
  })

  it('prints where the service differs, once for both formats', () => {
    const row = (behaviour: string, outcome: RowReport['outcome'], detail = '') =>
      ['msgpack', 'json'].map((format) => JSON.stringify({ title: '1. X', behaviour, format, outcome, detail, channel: 'c' }))
    const rows = [
      ...row('same', 'passed'),
      ...row('other', 'differs', 'expected 1\nto be 2'),
      ...row('cut', 'not tried', 'faults'),
    ]
    const text = describeDifferences(readReport(rows.join('\n')))
    expect(text).toContain('2 rows as on local Ably, 2 differ, 2 were not tried.')
    expect(text).toContain('not tried, for they need faults: 2')
    expect(text).toContain('- 1. X | other | expected 1 (msgpack, json)')
  })
})
