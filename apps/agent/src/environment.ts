import type { PromptOrder } from '@streamfold/agent'
import type { LogChoice } from './logger.ts'

/** Which model answers. */
export type ModelChoice =
  | { readonly kind: 'anthropic'; readonly apiKey: string; readonly name: string }
  | { readonly kind: 'openai'; readonly apiKey: string; readonly name: string }
  | { readonly kind: 'compatible'; readonly baseUrl: string; readonly apiKey: string | undefined; readonly name: string }
  | { readonly kind: 'demo'; readonly pace: number }

/** The service's address, if it is not the usual one. */
export interface AblyHost {
  readonly endpoint: string
  readonly port: number | undefined
  readonly tls: boolean
}

/** Which Ably carries the conversation. */
export type AblyChoice =
  | { readonly kind: 'service'; readonly key: string; readonly host: AblyHost | undefined }
  | { readonly kind: 'local'; readonly key: string; readonly port: number }

export interface Environment {
  readonly port: number
  /** Address to listen on; undefined for both loopback addresses. */
  readonly host: string | undefined
  readonly ably: AblyChoice
  readonly model: ModelChoice
  /** Origins whose pages may call the agent. */
  readonly origins: readonly string[]
  /** Names under which the agent is called, besides `localhost` and addresses. */
  readonly hosts: readonly string[]
  /** SQLite file for the archive and for what is being worked on; `:memory:` keeps nothing. */
  readonly data: string
  /** The address under which readers reach the agent. Default: the one that a request was sent to. */
  readonly address: string | undefined
  /** Bytes for the files of prompts. */
  readonly fileRoom: number
  /** Requests that each client may make in a minute. */
  readonly rate: number
  /** Prompts answered at once, in all and for one client; others wait for their turn. */
  readonly work: { readonly most: number; readonly each: number }
  /** Whether the agent stands behind a proxy that reports the client's address. */
  readonly proxied: boolean
  /** Milliseconds for running responses after the agent was asked to stop. */
  readonly grace: number
  /** Life of a user's token, in milliseconds. */
  readonly tokenTtl: number
  /** Tokens of conversation that the model receives. */
  readonly budget: number
  readonly prompts: PromptOrder
  readonly recovery: 'close' | 'regenerate'
  /** Milliseconds without activity after which a response's agent counts as dead. */
  readonly staleAfter: number
  /** Whether pages may crash the agent, as those of `pnpm dev` do; never with Ably's service. */
  readonly crashable: boolean
  readonly log: LogChoice
}

const ORIGINS = 'http://localhost:5173,http://localhost:5174,http://127.0.0.1:5173,http://127.0.0.1:5174'
const LOCAL_KEY = 'local.dev:streamfold'
const ANTHROPIC_MODEL = 'claude-sonnet-5-5'
const OPENAI_MODEL = 'gpt-5.4-mini'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Reads the environment once, at the start. An empty variable counts as absent, because a copied `.env.example` has empty ones.
 *
 * @throws an error with the variable and what to set, when a value is wrong
 */
export function readEnvironment(variables: Variables): Environment {
  const read = (name: string): string | undefined => variables[name]?.trim() || undefined
  const ably = readAbly(read)
  const origins = listIn(read, 'AGENT_ORIGINS', ORIGINS).map((origin) => origin.replace(/\/$/, ''))
  return {
    port: portIn(read, 'AGENT_PORT', 4520),
    host: read('AGENT_HOST'),
    ably,
    model: readModel(read),
    origins,
    hosts: [
      ...origins.filter((origin) => URL.canParse(origin)).map((origin) => new URL(origin).hostname),
      ...listIn(read, 'AGENT_HOSTS'),
    ],
    data: read('AGENT_DATA') ?? ':memory:',
    address: addressIn(read),
    fileRoom: numberIn(read, 'AGENT_FILES', 200, 0, 10_000) * 1_024 * 1_024,
    rate: numberIn(read, 'AGENT_RATE', 240, 1, 1_000_000),
    work: readWork(read),
    proxied: oneOf(read, 'AGENT_PROXIED', ['no', 'yes']) === 'yes',
    grace: numberIn(read, 'AGENT_GRACE', 3, 0, 600) * 1_000,
    tokenTtl: numberIn(read, 'AGENT_TOKEN_TTL', 600, 1, 86_400) * 1_000,
    budget: numberIn(read, 'MODEL_BUDGET', 32_000, 100, 10_000_000),
    prompts: oneOf(read, 'AGENT_PROMPTS', ['concurrently', 'queue', 'steer', 'interrupt']),
    staleAfter: numberIn(read, 'AGENT_TAKEOVER', 15, 1, 3_600) * 1_000,
    recovery: oneOf(read, 'AGENT_RECOVERY', ['close', 'regenerate']),
    crashable: ably.kind === 'local' && oneOf(read, 'AGENT_CRASHABLE', ['no', 'yes']) === 'yes',
    log: {
      level: oneOf(read, 'AGENT_LOG', ['info', 'silent', 'error', 'warn', 'debug', 'trace']),
      format: oneOf(read, 'AGENT_LOG_FORMAT', ['json', 'text']),
      contents: oneOf(read, 'AGENT_LOG_CONTENTS', ['no', 'yes']) === 'yes',
    },
  }
}

type Read = (name: string) => string | undefined

/** An Ably connection has at most 200 channels, and each prompt may be of another. */
function readWork(read: Read): Environment['work'] {
  const most = numberIn(read, 'AGENT_ANSWERS', 100, 1, 100)
  return { most, each: Math.min(most, numberIn(read, 'AGENT_ANSWERS_EACH', Math.max(1, Math.floor(most / 5)), 1, 100)) }
}

function readAbly(read: Read): AblyChoice {
  for (const name of ['ABLY_API_KEY', 'VITE_ABLY_KEY']) {
    const key = read(name)
    if (key === undefined) continue
    // The message does not contain the value itself.
    if (!/^[^.:\s]+\.[^.:\s]+:\S+$/.test(key))
      throw new Error(
        `unable to use ${name}; it is not an Ably API key: copy one from the Ably dashboard, in the form appId.keyId:secret`,
      )
    return { kind: 'service', key, host: readHost(read) }
  }
  return { kind: 'local', key: LOCAL_KEY, port: portIn(read, 'LOCAL_ABLY_PORT', 4510) }
}

function readHost(read: Read): AblyHost | undefined {
  const endpoint = read('ABLY_ENDPOINT')
  if (endpoint === undefined) return undefined
  const port = read('ABLY_PORT') === undefined ? undefined : portIn(read, 'ABLY_PORT', 0)
  return { endpoint, port, tls: oneOf(read, 'ABLY_TLS', ['yes', 'no']) === 'yes' }
}

function readModel(read: Read): ModelChoice {
  const name = read('MODEL')
  const anthropic = read('ANTHROPIC_API_KEY')
  if (anthropic) return { kind: 'anthropic', apiKey: anthropic, name: name ?? ANTHROPIC_MODEL }
  const apiKey = read('OPENAI_API_KEY')
  const baseUrl = read('OPENAI_BASE_URL')
  if (baseUrl) {
    if (!URL.canParse(baseUrl))
      throw new Error('unable to use OPENAI_BASE_URL; it is not a URL: set one such as http://localhost:11434/v1')
    if (!name) throw new Error('unable to use OPENAI_BASE_URL; no model is named: set MODEL to a name that server knows')
    return { kind: 'compatible', baseUrl, apiKey, name }
  }
  if (apiKey) return { kind: 'openai', apiKey, name: name ?? OPENAI_MODEL }
  return { kind: 'demo', pace: numberIn(read, 'DEMO_PACE', 1, 0, 100) }
}

function addressIn(read: Read): string | undefined {
  const address = read('AGENT_URL')
  if (address === undefined) return undefined
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? ''))
    throw new Error('unable to use AGENT_URL; it is no address: set one such as https://agent.example.com')
  return address.replace(/\/+$/, '')
}

/** Values between commas. */
function listIn(read: Read, name: string, fallback = ''): readonly string[] {
  const values = (read(name) ?? fallback).split(',').map((value) => value.trim())
  return values.filter((value) => value !== '')
}

/** @param values the first is the default */
function oneOf<T extends string>(read: Read, name: string, values: readonly [T, ...T[]]): T {
  const value = read(name)
  const known = value === undefined ? values[0] : values.find((each) => each === value)
  if (known === undefined) throw new Error(`unable to use ${name}=${value}; set one of ${values.join(', ')}`)
  return known
}

function portIn(read: Read, name: string, fallback: number): number {
  return numberIn(read, name, fallback, 0, 65_535)
}

function numberIn(read: Read, name: string, fallback: number, least: number, most: number): number {
  const value = read(name)
  if (value === undefined) return fallback
  const number = Number(value)
  const whole = name.endsWith('PORT') || name.startsWith('AGENT_ANSWERS')
  if (!Number.isFinite(number) || (whole && !Number.isInteger(number)) || number < least || number > most)
    throw new Error(`unable to use ${name}=${value}; set a ${whole ? 'whole number' : 'number'} from ${least} to ${most}`)
  return number
}
