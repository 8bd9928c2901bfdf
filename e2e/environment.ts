import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClientOptions } from 'ably'

/** How many tests run at a time, each worker on servers of its own: some tests end these. */
export const workers = Number(process.env['E2E_WORKERS']) || 3

/** Playwright numbers its workers; the process that only plans has no number. */
export const worker = Number(process.env['TEST_PARALLEL_INDEX'] ?? 0)

/** Not those of `pnpm dev`, so that the tests run beside it. */
export function portsOf(worker: number) {
  const at = worker * 1_000
  return {
    LOCAL_ABLY_PORT: 14_510 + at,
    AGENT_PORT: 14_520 + at,
    REACT_PORT: 15_173 + at,
    VUE_PORT: 15_174 + at,
    SVELTE_PORT: 15_175 + at,
  }
}

export const ports = portsOf(worker)

/** Beside those of the dev servers: a page that Vite serves in development is 230 requests, and as built it is 8. */
export function builtPortsOf(worker: number) {
  const { REACT_PORT, VUE_PORT, SVELTE_PORT, ...others } = portsOf(worker)
  return { ...others, REACT_PORT: REACT_PORT + 100, VUE_PORT: VUE_PORT + 100, SVELTE_PORT: SVELTE_PORT + 100 }
}

/** Of the apps as built. */
export const addresses = addressesOf(builtPortsOf(worker))

function addressesOf({ REACT_PORT, VUE_PORT, SVELTE_PORT }: ReturnType<typeof portsOf>) {
  const at = (port: number) => `http://localhost:${port}`
  return { react: at(REACT_PORT), vue: at(VUE_PORT), svelte: at(SVELTE_PORT) }
}

/** The script of the page with a binding's scenarios. */
export function builtBinding(binding: string): string {
  return fileURLToPath(new URL(`results/binding-${binding}.js`, import.meta.url))
}

/** Where a worker has the files of an app as built. */
export function builtFolder(app: keyof typeof addresses, worker: number): string {
  return fileURLToPath(new URL(`results/built-${app}-${worker}/`, import.meta.url))
}

const { TEST_REAL_KEY: realKey, TEST_REAL_PREFIX: realPrefix, ABLY_ENDPOINT, ABLY_PORT, ABLY_TLS } = process.env

/** Whether these tests run against Ably's service, as `pnpm test:real` asks, and not on local Ably. */
export const real = Boolean(realKey)

/** The key of the Ably in use: what no page may ever be served. */
export const ablyKey = realKey || 'local.dev:streamfold'

/** What the ids of the tests' conversations begin with. */
export const conversationPrefix = realPrefix || 'e2e-'

/** For the tests' own clients. */
export const ablyOptions: ClientOptions = real
  ? { key: ablyKey, ...(ABLY_ENDPOINT && { endpoint: ABLY_ENDPOINT, tls: ABLY_TLS !== 'no', ...portOption() }) }
  : { key: ablyKey, endpoint: 'localhost', port: ports.LOCAL_ABLY_PORT, tls: false }

function portOption(): ClientOptions {
  if (!ABLY_PORT) return {}
  return ABLY_TLS === 'no' ? { port: Number(ABLY_PORT) } : { tlsPort: Number(ABLY_PORT) }
}

/** Another host name of this machine, as in a dev container or a tunnel. */
export const otherHost = 'box.test'

/** No key reaches the tests: they run on local Ably and the demo model, whatever the machine has set. */
export function environmentOf(worker: number, ports: ReturnType<typeof portsOf> = portsOf(worker)) {
  return {
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
    // Long answers have to outlive the outages and what a busy machine takes to press Stop, not the patience.
    DEMO_PACE: '0.4',
    // What a killed agent left open is looked after soon.
    AGENT_TAKEOVER: '5',
    DEV_ALLOWED_HOSTS: otherHost,
    ABLY_API_KEY: realKey ?? '',
    ...(real ? {} : { ABLY_ENDPOINT: '', ABLY_PORT: '', ABLY_TLS: '' }),
    VITE_ABLY_KEY: '',
    ANTHROPIC_API_KEY: '',
    OPENAI_API_KEY: '',
    OPENAI_BASE_URL: '',
  }
}

/** The run of the tests; its workers have the environment of the process that begins it. */
const run = (process.env['E2E_RUN'] ??= String(process.pid))

/** Where a server of these tests keeps its data. */
export function dataFile(server: 'local-ably' | 'agent', of = worker): string {
  return join(tmpdir(), `streamfold-e2e-${run}-${server}-${of}.sqlite`)
}
