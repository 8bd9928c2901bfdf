#!/usr/bin/env node
import { parseArgs } from 'node:util'
import type { NamespaceRule } from './options/namespace-rules.ts'
import { createLocalAbly } from './local-ably.ts'
import { DEFAULT_KEY } from './options/options.ts'
import { printable } from './shared/printable.ts'

const USAGE = `local-ably [--port 4510] [--data FILE] [--key appId.keyId:secret]… [--rule NAMESPACE:FLAGS]… [--allow-origin ORIGIN]…
           [--allow-host HOST]… [--webhook URL]… [--open-apps] [--log]

  --port  port to listen on; LOCAL_ABLY_PORT, then 4510; 0 takes a free one
  --data  file that keeps messages across restarts; memory by default
  --key   key clients authenticate with, more than once if you like; ${DEFAULT_KEY} by default
  --rule  rule of a channel namespace, as chat:persisted or log:mutableMessages=false,persisted=true; * for the others
  --log   print connections, requests and refusals
  --allow-origin  serve pages of this origin, as https://app.test, besides those of this machine; LOCAL_ABLY_ALLOWED_ORIGINS, a list
                  with commas, does the same
  --allow-host    answer under this name, as box.test, or .box.test with all below it; LOCAL_ABLY_ALLOWED_HOSTS likewise
  --webhook       post the messages of all channels there, in batches signed with the first key
  --open-apps     let POST /apps make applications without a key, for test suites that have none

GET /health answers 200 once it runs. SIGTERM and SIGINT end it when what was begun is finished.`

const options = {
  port: { type: 'string' },
  data: { type: 'string' },
  key: { type: 'string', multiple: true },
  rule: { type: 'string', multiple: true },
  'allow-origin': { type: 'string', multiple: true },
  'allow-host': { type: 'string', multiple: true },
  webhook: { type: 'string', multiple: true },
  'open-apps': { type: 'boolean' },
  log: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

async function main(): Promise<void> {
  const { values } = read()
  if (values.help) {
    console.log(USAGE)
    return
  }
  // An empty variable is an unset one; an empty option is a mistake.
  const given = values.port ?? (process.env['LOCAL_ABLY_PORT']?.trim() || '4510')
  const port = given.trim() === '' ? Number.NaN : Number(given)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error('unable to start; --port must be a number up to 65535')
  const keys = values.key ?? [DEFAULT_KEY]
  const signingKey = keys[0]?.split(':')[0] ?? ''
  const server = await createLocalAbly({
    port,
    data: values.data ?? ':memory:',
    keys,
    webhooks: (values.webhook ?? []).map((url) => ({ url, requestMode: 'batch', signingKey })),
    origins: [...(values['allow-origin'] ?? []), ...listIn('LOCAL_ABLY_ALLOWED_ORIGINS')],
    hosts: [...(values['allow-host'] ?? []), ...listIn('LOCAL_ABLY_ALLOWED_HOSTS')],
    openApps: values['open-apps'] ?? false,
    rules: Object.fromEntries((values.rule ?? []).map(parseRule)),
    log: values.log ? (line) => console.log(`${new Date().toISOString()} ${line}`) : sayOnce(),
  })
  console.log(`local Ably  ${server.url}\nkey         ${server.key}`)
  const stop = (): void => void server.close().then(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

function read() {
  try {
    return parseArgs({ options })
  } catch (error) {
    throw new Error(`unable to start; ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** How many refusals are printed without `--log`. */
const MOST_REFUSALS = 20

/** A log of refused pages and hosts alone: a browser shows its page only a lost connection. */
function sayOnce(): (line: string) => void {
  const said = new Set<string>()
  return (line) => {
    const refusal = /unable to .*\(--allow-.*/.exec(line)?.[0]
    if (refusal === undefined || said.has(refusal) || said.size >= MOST_REFUSALS) return
    said.add(refusal)
    console.log(refusal)
  }
}

/** The values of a variable, between commas. */
function listIn(variable: string): readonly string[] {
  return (process.env[variable] ?? '').split(',').filter((value) => value.trim() !== '')
}

/** Reads `chat:persisted=true,mutableMessages=false`; a flag without a value is on. */
function parseRule(text: string): readonly [string, NamespaceRule] {
  const colon = text.indexOf(':')
  const namespace = text.slice(0, colon)
  const flags = text.slice(colon + 1).split(',')
  const rule = flags.map((flag) => /^(persisted|mutableMessages)(?:=(true|false))?$/.exec(flag))
  if (colon < 1 || rule.includes(null)) {
    throw new Error(`unable to start; --rule "${text}" is not like chat:persisted or log:mutableMessages=false`)
  }
  return [namespace, Object.fromEntries(rule.map((parts) => [parts?.[1], parts?.[2] !== 'false']))]
}

try {
  await main()
} catch (error) {
  console.error(`${printable(error instanceof Error ? error.message : String(error))}\n\n${USAGE}`)
  process.exit(1)
}
