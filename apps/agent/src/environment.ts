/** Which model answers. */
export type ModelChoice =
  | { readonly kind: 'anthropic'; readonly apiKey: string; readonly name: string }
  | { readonly kind: 'openai'; readonly apiKey: string; readonly name: string }
  | { readonly kind: 'compatible'; readonly baseUrl: string; readonly apiKey: string | undefined; readonly name: string }
  | { readonly kind: 'demo'; readonly pace: number }

/** Which Ably carries the conversation. */
export type AblyChoice =
  | { readonly kind: 'service'; readonly key: string }
  | { readonly kind: 'local'; readonly key: string; readonly port: number }

export interface Environment {
  readonly port: number
  /** Address to listen on; undefined for both loopback addresses. */
  readonly host: string | undefined
  readonly ably: AblyChoice
  readonly model: ModelChoice
  /** Origins whose pages may call the agent. */
  readonly origins: readonly string[]
}

const LOCAL_KEY = 'local.dev:streamfold'
const ANTHROPIC_MODEL = 'claude-sonnet-5-5'
const OPENAI_MODEL = 'gpt-5.4-mini'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Reads the environment once, at the start. An empty variable counts as absent, as it is in a copied `.env.example`.
 *
 * @throws an error that names the variable and what to set, when a value makes no sense
 */
export function readEnvironment(variables: Variables): Environment {
  const read = (name: string): string | undefined => variables[name]?.trim() || undefined
  return {
    port: portIn(read, 'AGENT_PORT', 4520),
    host: read('AGENT_HOST'),
    ably: readAbly(read),
    model: readModel(read),
    origins: (read('AGENT_ORIGINS') ?? 'http://localhost:5173,http://localhost:5174,http://127.0.0.1:5173,http://127.0.0.1:5174')
      .split(',')
      .map((origin) => origin.trim().replace(/\/$/, '')),
  }
}

type Read = (name: string) => string | undefined

function readAbly(read: Read): AblyChoice {
  for (const name of ['ABLY_API_KEY', 'VITE_ABLY_KEY']) {
    const key = read(name)
    if (key === undefined) continue
    // The value itself stays out of the message.
    if (!/^[^.:\s]+\.[^.:\s]+:\S+$/.test(key))
      throw new Error(
        `unable to use ${name}; it is not an Ably API key: copy one from the Ably dashboard, in the form appId.keyId:secret`,
      )
    return { kind: 'service', key }
  }
  return { kind: 'local', key: LOCAL_KEY, port: portIn(read, 'LOCAL_ABLY_PORT', 4510) }
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

function portIn(read: Read, name: string, fallback: number): number {
  return numberIn(read, name, fallback, 0, 65_535)
}

function numberIn(read: Read, name: string, fallback: number, least: number, most: number): number {
  const value = read(name)
  if (value === undefined) return fallback
  const number = Number(value)
  const whole = name.endsWith('PORT')
  if (!Number.isFinite(number) || (whole && !Number.isInteger(number)) || number < least || number > most)
    throw new Error(`unable to use ${name}=${value}; set a ${whole ? 'whole number' : 'number'} from ${least} to ${most}`)
  return number
}
