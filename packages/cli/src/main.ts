import { readFile } from 'node:fs/promises'
import { CommandError, reasonOf } from './command-error.ts'
import { conceal } from './format/conceal.ts'
import type { ExitCode } from './exit-code.ts'
import { exitCode } from './exit-code.ts'
import { help } from './commands/help.ts'
import type { Host } from './channel/host.ts'
import { withLocalPort } from './channel/target.ts'
import { visible } from './format/visible.ts'

type Command = (args: readonly string[], host: Host) => Promise<ExitCode>

/** Loaded on demand: reading a log needs no client. */
const commands: Readonly<Record<Exclude<keyof typeof help, 'main'>, () => Promise<Command>>> = {
  tail: async () => (await import('./commands/tail.ts')).tail,
  record: async () => (await import('./commands/record.ts')).record,
  replay: async () => (await import('./commands/replay.ts')).replay,
  answer: async () => (await import('./commands/answer.ts')).answer,
  diff: async () => (await import('./commands/diff.ts')).diff,
}

/** Runs a command line. Never rejects: it prints an error as one line. */
export async function main(args: readonly string[], host: Host): Promise<ExitCode> {
  try {
    return await run(args, host)
  } catch (error) {
    const known = error instanceof CommandError
    const message = known ? error.message : `unable to go on; ${reasonOf(error)}: this is a bug of streamfold, please report it`
    host.stderr.write(`${visible(conceal(message))}\n`)
    return known ? error.exitCode : exitCode.unexpected
  }
}

async function run(args: readonly string[], host: Host): Promise<ExitCode> {
  const [name, ...rest] = args
  const print = (text: string) => (host.stdout.write(`${text}\n`), exitCode.ok)
  if (name === '--help' || name === '-h' || name === 'help') return print(help.main)
  if (name === '--version' || name === '-v') return print(await version())
  if (name === undefined) return (host.stderr.write(`${help.main}\n`), exitCode.usage)
  if (!isCommand(name)) {
    const list = Object.keys(commands).join(', ')
    throw new CommandError('usage', `unable to run ${name}; there is no such command: use one of ${list}, or --help`)
  }
  if (asksForHelp(rest)) return print(help[name])
  const command = await commands[name]()
  return command(withLocalPort(rest), host)
}

function asksForHelp(args: readonly string[]): boolean {
  for (const arg of args) {
    if (arg === '--') return false
    if (arg === '--help' || arg === '-h') return true
  }
  return false
}

function isCommand(name: string): name is keyof typeof commands {
  return Object.hasOwn(commands, name)
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version // Our own package.json.
}
