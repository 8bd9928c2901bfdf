export type AgentHealth =
  | { readonly state: 'unknown' }
  | { readonly state: 'reachable'; readonly model: string }
  | { readonly state: 'unreachable' }

/** Asks the agent which model answers, now and then again, sooner while it cannot be reached. @returns the way to stop. */
export function watchAgent(listener: (health: AgentHealth) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false

  async function ask(): Promise<void> {
    const health = await readHealth()
    if (stopped) return
    listener(health)
    timer = setTimeout(ask, health.state === 'reachable' ? 30_000 : 3000)
  }

  void ask()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

/** One line on who answers. */
export function describeAgent(health: AgentHealth): string {
  switch (health.state) {
    case 'unknown':
      return 'Looking for the agent'
    case 'unreachable':
      return 'The agent cannot be reached. Start it with pnpm dev.'
    case 'reachable':
      return `Answered by ${health.model}`
    default:
      return health satisfies never
  }
}

async function readHealth(): Promise<AgentHealth> {
  try {
    const response = await fetch('/healthz', { cache: 'no-store' })
    if (!response.ok) return { state: 'unreachable' }
    return { state: 'reachable', model: modelOf(await response.json()) }
  } catch {
    return { state: 'unreachable' }
  }
}

function modelOf(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('model' in body)) return 'an unnamed model'
  return typeof body.model === 'string' ? body.model : 'an unnamed model'
}
