import type { ParseArgsOptionsConfig } from 'node:util'
import { parseArgs } from 'node:util'
import { CommandError, reasonOf } from './command-error.ts'

type Parsed<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true }>
>

/** Reads the options of a command. @param names the names of its positional arguments, for error messages */
export function readArguments<Options extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: Options,
  { names, least = names.length }: { names: readonly string[]; least?: number },
): Parsed<Options> {
  const parsed = parse(command, args, options)
  const { positionals } = parsed
  const empty = positionals.indexOf('')
  if (empty >= 0 && empty < names.length) throw misused(command, `${names[empty]} is empty`)
  if (positionals.length < least) throw misused(command, `${names[positionals.length]} is missing`)
  if (positionals.length > names.length) throw misused(command, `there is more than ${names.join(' and ')}`)
  return parsed
}

function parse<Options extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: Options,
): Parsed<Options> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    const reason = reasonOf(error)
    const [, dashed] = /'(--[\w-]+)' argument is ambiguous/.exec(reason) ?? []
    if (dashed) throw misused(command, `${dashed} is followed by no value; one that begins with a dash is written ${dashed}=-1`)
    // The rest of Node's message explains how to write a positional argument that starts with a dash.
    throw misused(command, reason.split(/\. |\n/)[0] ?? '')
  }
}

/** The error for a wrong command line. */
export function misused(command: string, reason: string): CommandError {
  return new CommandError('usage', `unable to ${command}; ${reason}: see streamfold ${command} --help`)
}

/** The number of an option. @returns undefined if it was not given */
export function numberOf(
  command: string,
  option: string,
  value: string | undefined,
  { whole = false, least = 0, most = Number.MAX_SAFE_INTEGER } = {},
): number | undefined {
  if (value === undefined) return undefined
  const number = value.trim() === '' ? Number.NaN : Number(value)
  if (Number.isFinite(number) && number >= least && number <= most && (!whole || Number.isInteger(number))) return number
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} up` : `from ${least} to ${most}`
  throw misused(command, `--${option} ${value} is not a ${whole ? 'whole number' : 'number'} ${range}`)
}
