import { CommandError } from '../command-error.ts'
import { misused, numberOf } from '../arguments.ts'

/** Which Ably to connect to. */
export interface Target {
  readonly key: string
  /** Undefined for the real service. */
  readonly host: Host | undefined
  /** Whether the option `--local` was given. */
  readonly local: boolean
}

interface Host {
  readonly endpoint: string
  readonly port: number | undefined
  readonly tls: boolean
}

/** The options that choose a target. */
export const targetOptions = {
  key: { type: 'string' },
  endpoint: { type: 'string' },
  port: { type: 'string' },
  'no-tls': { type: 'boolean' },
  local: { type: 'string' },
} as const

type Values = { readonly [Name in Exclude<keyof typeof targetOptions, 'no-tls'>]?: string } & { readonly 'no-tls'?: boolean }
type Variables = Readonly<Record<string, string | undefined>>

/** The default key of `local-ably`; not a secret. */
const LOCAL_KEY = 'local.dev:streamfold'
const LOCAL_PORT = 4510

/** Lets `--local` have an optional port; parseArgs knows only options that always have a value, or never. */
export function withLocalPort(args: readonly string[]): readonly string[] {
  const at = args.indexOf('--local')
  const end = args.indexOf('--')
  if (at < 0 || (end >= 0 && end < at)) return args
  const port = args[at + 1]
  const given = port !== undefined && /^\d+$/.test(port)
  return [...args.slice(0, at), `--local=${given ? port : ''}`, ...args.slice(given ? at + 2 : at + 1)]
}

/** Options override the environment, in which an empty variable counts as absent. */
export function readTarget(command: string, values: Values, variables: Variables): Target {
  const read = (name: string) => variables[name]?.trim() || undefined
  const port = (option: string, value: string | undefined) =>
    numberOf(command, option, value, { whole: true, least: 1, most: 65_535 })
  const { endpoint, local } = values
  const tls = !values['no-tls']
  if (local !== undefined) {
    if (endpoint !== undefined || !tls || (local !== '' && values.port !== undefined))
      throw misused(command, '--local [PORT] says where already, --endpoint, --port and --no-tls say it otherwise')
    const chosen =
      port('local', local || undefined) ?? port('port', values.port) ?? port('local', read('LOCAL_ABLY_PORT')) ?? LOCAL_PORT
    // The key in the environment is for the service only.
    return {
      key: checked('--key', values.key ?? LOCAL_KEY),
      host: { endpoint: 'localhost', port: chosen, tls: false },
      local: true,
    }
  }
  if (endpoint === undefined && (values.port !== undefined || !tls))
    throw misused(command, '--port and --no-tls are of a host of your own: name it with --endpoint')
  const host = endpoint === undefined ? undefined : { endpoint, port: port('port', values.port), tls }
  return { key: readKey(command, values.key, read('ABLY_API_KEY')), host, local: false }
}

function readKey(command: string, option: string | undefined, variable: string | undefined): string {
  if (option !== undefined) return checked('--key', option)
  if (variable !== undefined) return checked('ABLY_API_KEY', variable)
  throw new CommandError(
    'usage',
    `unable to ${command}; there is no key: set ABLY_API_KEY to one of your Ably app, or use --local for a local Ably`,
  )
}

function checked(name: string, key: string): string {
  if (/^[^.:\s]+\.[^.:\s]+:\S+$/.test(key)) return key
  // The message does not contain the value itself.
  throw new CommandError(
    'usage',
    `unable to use ${name}; it is not an Ably API key: copy one from the Ably dashboard, in the form appId.keyId:secret`,
  )
}

/** The target's name in messages. */
export function nameOf({ host }: Target): string {
  return host ? `${host.endpoint}${host.port === undefined ? '' : `:${host.port}`}` : 'Ably'
}
