export type AgentHealth =
  | { readonly state: 'unknown' }
  | { readonly state: 'reachable'; readonly model: string }
  /** The agent runs without a connection to Ably, so it cannot receive or publish. */
  | { readonly state: 'cut-off' }
  /** The agent runs, with more prompts than it can answer. */
  | { readonly state: 'busy' }
  | { readonly state: 'unreachable' }

/** Asks the agent for its model, now and every few seconds. @returns stops asking */
export function watchAgent(listener: (health: AgentHealth) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false

  async function ask(): Promise<void> {
    const health = await readHealth()
    if (stopped) return
    // Without a network nothing is known of the agent: what was said last stays.
    const isAway = health.state === 'unreachable' && !navigator.onLine
    if (!isAway) listener(health)
    timer = setTimeout(ask, health.state === 'reachable' ? 5000 : 3000)
  }

  void ask()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

/** One line about the agent. */
export function describeAgent(health: AgentHealth): string {
  switch (health.state) {
    case 'unknown':
      return 'Looking for the agent'
    case 'unreachable':
      return 'The agent cannot be reached. Start it with pnpm dev.'
    case 'busy':
      return 'The agent is busy. Prompts wait for their turn.'
    case 'cut-off':
      return 'The agent has no connection to Ably. It keeps trying.'
    case 'reachable':
      return `Answered by ${health.model}`
    default:
      return health satisfies never
  }
}

async function readHealth(): Promise<AgentHealth> {
  try {
    const response = await fetch('/healthz', { cache: 'no-store' })
    // The agent's own 503 has a body; the development proxy's has none.
    return response.ok || response.status === 503 ? parse(await response.json()) : { state: 'unreachable' }
  } catch {
    return { state: 'unreachable' }
  }
}

const lost: ReadonlySet<unknown> = new Set(['disconnected', 'suspended', 'failed', 'closed'])

function parse(body: unknown): AgentHealth {
  if (typeof body !== 'object' || body === null) return { state: 'unreachable' }
  if ('connection' in body && lost.has(body.connection)) return { state: 'cut-off' }
  if ('ok' in body && body.ok === false) return { state: 'busy' }
  if ('demo' in body && body.demo === true) return { state: 'reachable', model: 'the demo model, no key set' }
  return { state: 'reachable', model: 'model' in body ? String(body.model) : 'an unnamed model' }
}
