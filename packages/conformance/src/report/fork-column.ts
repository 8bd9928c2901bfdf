import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Report } from './try-column.ts'

/** Tries laws on a layer in a process of its own, and resolves when it has ended. */
export async function forkColumn(layer: string, laws: readonly string[], onReport: (report: Report) => void): Promise<void> {
  const child = fork(new URL('try-column.ts', import.meta.url), [layer, ...laws], {
    execArgv: ['--conditions=streamfold-source', '--no-warnings'],
  })
  child.on('message', (message) => onReport(message as Report)) // Only `try-column.ts` sends.
  await once(child, 'exit')
}
