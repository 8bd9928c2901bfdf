import { spawnSync } from 'node:child_process'
import { delimiter } from 'node:path'
import { root } from './workspace.ts'

/** Programs of packages are scripts there, which a shell starts. */
export const windows = process.platform === 'win32'

/** Runs a command of the workspace with its output shown; true when it ended well. */
export function run(command: string, args: readonly string[], env: Record<string, string> = {}, cwd = root): boolean {
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: 'inherit',
    shell: windows,
    env: { ...environment(cwd), ...env },
  })
  if (error) console.error(`unable to run ${command}; ${error.message}`)
  return status === 0
}

/** The environment in which the workspace's commands are found. */
export function environment(cwd: string): NodeJS.ProcessEnv {
  const path = [`${cwd}node_modules/.bin`, `${root}node_modules/.bin`, process.env['PATH'] ?? ''].join(delimiter)
  return { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1' }
}
