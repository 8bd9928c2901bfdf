import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { environment, windows } from './run.ts'
import { root } from './workspace.ts'

export interface Beside {
  /** What each line of its output begins with. Without a name the command has the terminal for itself. */
  readonly name: string | undefined
  readonly env?: Record<string, string>
  readonly cwd?: string
  /** Lets other commands have the processor first. */
  readonly background?: boolean
}

/** Runs a command of the workspace beside others, with its name in front of each line of its output; true when it ended well. */
export async function runBeside(command: string, args: readonly string[], options: Beside): Promise<boolean> {
  const { name, env = {}, cwd = root, background = false } = options
  const colours = name !== undefined && process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
  const child = spawn(command, args, {
    cwd,
    stdio: name === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    shell: windows,
    env: { ...environment(cwd), ...colours, ...env },
  })
  // At once: its own processes begin with the priority that it has by then.
  if (background && child.pid !== undefined) setPriority(child.pid, 3)
  const show = (output: Readable | null) =>
    output && createInterface({ input: output }).on('line', (line) => console.log(`${(name ?? '').padEnd(7)} | ${line}`))
  show(child.stdout)
  show(child.stderr)
  try {
    const [status] = (await once(child, 'close')) as [number | null]
    return status === 0
  } catch (error) {
    console.error(`unable to run ${command}; ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}
