import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

export interface Run {
  /** Complete lines of standard output so far. */
  lines(): readonly string[]
  /** The same, as JSON. */
  events(): readonly Printed[]
  /** Resolves once the printed output satisfies `seen`; rejects if the program ends before. */
  until(seen: (run: Run) => boolean): Promise<void>
  errors(): string
  kill(signal: NodeJS.Signals): void
  /** Stops reading, as `head` does when it has enough. */
  closeOutput(): void
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>
}

/** A line of JSON output, with the fields that tests check. */
interface Printed {
  readonly type: string
  readonly state?: string
  readonly resumed?: boolean
  readonly text?: string
  readonly serial?: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** Starts the command line, without anything from the environment of the tests. */
export function start(args: readonly string[], { env = {}, input = '' }: RunOptions = {}): Run {
  const clean = { ...process.env, ABLY_API_KEY: '', LOCAL_ABLY_PORT: '', ...env }
  const child = spawn(process.execPath, ['--conditions=streamfold-source', cli, ...args], { env: clean })
  let stdout = ''
  let stderr = ''
  let over = false
  const checks = new Set<() => void>()
  const check = () => checks.forEach((check) => check())
  child.stdout.setEncoding('utf8').on('data', (text: string) => ((stdout += text), check()))
  child.stderr.setEncoding('utf8').on('data', (text: string) => ((stderr += text), check()))
  // A program may end before it has read its input.
  child.stdin.on('error', () => {}).end(input)
  const ended = once(child, 'close').then(([code]) => {
    over = true
    check()
    return { code: code as number | null, stdout, stderr } // As Node says.
  })
  const run: Run = {
    lines: () => stdout.split('\n').slice(0, -1),
    events: () => run.lines().map((line) => JSON.parse(line) as Printed), // Written by the command under test.
    until: (seen) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!seen(run) && !over) return
          checks.delete(look)
          if (seen(run)) resolve()
          else reject(new Error(`it ended before that was seen; it printed:\n${stdout}${stderr}`))
        }
        checks.add(look)
        look()
      }),
    errors: () => stderr,
    kill: (signal) => void child.kill(signal),
    closeOutput: () => child.stdout.destroy(),
    ended,
  }
  return run
}

/** One line with the reason and what to do. */
export const oneLine = /^unable to [^\n]+; [^\n]+: [^\n]+\n$/

/** It follows the channel, and has read its history. */
export function live(run: Run): boolean {
  return run.events().some(({ type, state }) => type === 'history' && state === 'loaded')
}

/** A message of this text was printed. */
export function says(text: string): (run: Run) => boolean {
  return (run) => run.events().some((event) => event.text === text)
}
