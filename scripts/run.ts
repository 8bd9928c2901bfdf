import { spawnSync } from 'node:child_process'
import { delimiter } from 'node:path'
import { root } from './workspace.ts'

/** Runs a command of the workspace with its output shown; true when it ended well. */
export function run(command: string, args: readonly string[], env: Record<string, string> = {}, cwd = root): boolean {
  const path = [`${cwd}node_modules/.bin`, `${root}node_modules/.bin`, process.env['PATH'] ?? ''].join(delimiter)
  const shell = process.platform === 'win32'
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: 'inherit',
    shell,
    env: { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1', ...env },
  })
  if (error) console.error(`unable to run ${command}; ${error.message}`)
  return status === 0
}
