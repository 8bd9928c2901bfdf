import { emptyConversation } from '@streamfold/core'
import { exportLog } from '@streamfold/core/log'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { it } from './fixture.ts'
import { live, oneLine } from './run.ts'

const secret = 'cH4ng3d0ften-and-long-enough-to-be-one'

describe.concurrent('what goes wrong', () => {
  it('no key', async ({ harness }) => {
    const { code, stdout, stderr } = await harness.streamfold(['tail', 'ai:x']).ended
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(oneLine)])
    expect(stderr).toContain('there is no key: set ABLY_API_KEY')
  })

  it('a channel name that the service refuses', async ({ harness }) => {
    const server = await harness.serve()
    const { code, stderr } = await harness.streamfold(['tail', ':x', '--local', String(server.port)]).ended
    expect([code, stderr]).toEqual([2, expect.stringMatching(oneLine)])
    expect(stderr).toMatch(/channel name ":x".*: name another, such as ai:my-conversation/)
  })

  it('a wrong key, which is never printed', async ({ harness }) => {
    const server = await harness.serve({ keys: ['app1.key1:right'] })
    const host = ['--endpoint', 'localhost', '--port', String(server.port), '--no-tls']
    const env = { ABLY_API_KEY: `app1.key1:${secret}` }
    const runs = await Promise.all([
      harness.streamfold(['tail', 'ai:x', ...host], { env }).ended,
      harness.streamfold(['record', 'ai:x', ...host, '--key', env.ABLY_API_KEY]).ended,
    ])
    for (const { code, stdout, stderr } of runs) {
      expect([code, stderr]).toEqual([3, expect.stringMatching(oneLine)])
      expect(stderr).toMatch(/key secret is wrong: check the key \(ABLY_API_KEY or --key\) and the host/)
      expect(stdout + stderr).not.toContain(secret)
    }
  })

  it('a key that may not subscribe, or not on this channel', async ({ harness }) => {
    const server = await harness.serve({ keys: [{ key: 'app1.key1:low', capability: { 'ai:*': ['publish'] } }] })
    const at = ['--local', String(server.port), '--key', 'app1.key1:low']
    const [mute, other] = await Promise.all([
      harness.streamfold(['tail', 'ai:x', ...at]).ended,
      harness.streamfold(['tail', 'other', ...at]).ended,
    ])
    expect([mute.code, mute.stderr]).toEqual([3, expect.stringMatching(/^unable to follow ai:x; the key may not subscribe.*\n$/)])
    expect([other.code, other.stderr]).toEqual([3, expect.stringMatching(/^unable to follow other; .*: use a key that may.*\n$/)])
  })

  it('no server, after so much time and no more', async ({ harness }) => {
    const server = await harness.serve()
    await server.close()
    const { code, stderr } = await harness.streamfold(['tail', 'ai:x', '--local', String(server.port), '--timeout', '0.1']).ended
    expect([code, stderr]).toEqual([3, expect.stringMatching(oneLine)])
    expect(stderr).toMatch(/unable to reach localhost:\d+; no connection for 0\.1 s.*: start one with local-ably/)
  })

  it('a server that goes away and stays away', async ({ harness }) => {
    const server = await harness.serve()
    const run = harness.streamfold(['tail', 'ai:x', '--local', String(server.port), '--timeout', '6'])
    await run.until(live)
    await server.close()
    const { code, stderr } = await run.ended
    expect([code, stderr]).toEqual([3, expect.stringMatching(oneLine)])
    expect(stderr).toContain('no connection for 6 s')
  })

  it('files that cannot be read, or are no logs', async ({ harness }) => {
    const folder = harness.folder()
    const broken = join(folder, 'broken.log')
    writeFileSync(broken, '{"format":"streamfold-log","version":2,"start":{}}\n{"type":"tick"}\n')
    const other = join(folder, 'other.json')
    writeFileSync(other, '{"some":"json"}\n')
    const cases = [
      [join(folder, 'none.log'), 'there is no such file or folder: name a log that can be read'],
      [folder, 'it is a folder'],
      [broken, 'record it again, or export it again'],
      [other, 'its first line does not name the format streamfold-log'],
    ] as const
    const runs = await Promise.all(cases.map(([path]) => harness.streamfold(['replay', path]).ended))
    for (const [index, { code, stdout, stderr }] of runs.entries()) {
      const [path, reason] = cases[index]!
      expect([code, stdout, stderr]).toEqual([4, '', expect.stringMatching(oneLine)])
      expect(stderr).toContain(`unable to read ${path}; `)
      expect(stderr).toContain(reason)
    }
  })

  it('files that cannot be written', async ({ harness }) => {
    const folder = harness.folder()
    mkdirSync(join(folder, 'full'))
    const paths = [join(folder, 'nowhere', 'a.log'), join(folder, 'full')]
    const runs = await Promise.all(
      paths.map((path) => harness.streamfold(['record', 'ai:x', '--local', '-o', path, '--force']).ended),
    )
    for (const { code, stderr } of runs) expect([code, stderr]).toEqual([4, expect.stringMatching(oneLine)])
  })

  it('a point that a log does not have', async ({ harness }) => {
    const file = join(harness.folder(), 'timeless.log')
    writeFileSync(file, exportLog({ start: emptyConversation(), events: [{ type: 'channel', state: 'attaching' }] }))
    const [lunch, noon] = await Promise.all([
      harness.streamfold(['replay', file, '--until', 'lunch']).ended,
      harness.streamfold(['diff', file, '--from', '12:00']).ended,
    ])
    expect([lunch.code, lunch.stderr]).toEqual([2, expect.stringMatching(oneLine)])
    expect(lunch.stderr).toContain('a point is a number of events')
    expect([noon.code, noon.stderr]).toEqual([2, expect.stringMatching(/it knows no times: give a number of events\n$/)])
  })
})
