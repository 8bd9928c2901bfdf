import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { LeakReport } from './measure-leaks.ts'

/** 50 switches of conversation and 50 mounts leave listeners and heap where they were. @param program calls `measureLeaks`. */
export function leakCheck(program: string): void {
  it('holds no more memory and no more listeners after 50 switches and 50 mounts', async () => {
    // Code that is compiled meanwhile would be counted as well.
    const steady = ['--expose-gc', '--no-opt', '--no-maglev', '--no-sparkplug']
    const args = [...steady, '--conditions=streamfold-source', program, '1']
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, NODE_ENV: 'production' } })
    const { heap, listeners } = JSON.parse(stdout) as LeakReport
    expect(listeners).toEqual([0, 0])
    expect(heap[1] / heap[0]).toBeLessThan(1.02)
  }, 240_000)
}
