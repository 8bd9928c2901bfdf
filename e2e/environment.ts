import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Ports of its own, so that the tests run beside a `pnpm dev`. */
export const ports = { LOCAL_ABLY_PORT: 14_510, AGENT_PORT: 14_520, REACT_PORT: 15_173, VUE_PORT: 15_174 }

export const addresses = { react: `http://localhost:${ports.REACT_PORT}`, vue: `http://localhost:${ports.VUE_PORT}` }

/** The key of the local Ably: what no page may ever be served. */
export const localKey = 'local.dev:streamfold'

/** No key of anybody's reaches the tests: they run on local Ably and the demo model, whatever the machine has set. */
export const environment = {
  ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
  LOCAL_ABLY_DATA: join(mkdtempSync(join(tmpdir(), 'streamfold-e2e-')), 'local-ably.sqlite'),
  // Long answers have to outlive the outages, not the patience.
  DEMO_PACE: '0.4',
  ABLY_API_KEY: '',
  VITE_ABLY_KEY: '',
  ANTHROPIC_API_KEY: '',
  OPENAI_API_KEY: '',
  OPENAI_BASE_URL: '',
}
