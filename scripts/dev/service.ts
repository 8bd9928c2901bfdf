import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { portHolder } from './port-holder.ts'

/** One server of `pnpm dev`. */
export interface Service {
  readonly name: string
  readonly port: number
  /** The variable that sets another port. */
  readonly variable: string
  /** A path that answers 200 when the server is ours and ready. */
  readonly health: string
  /** What the body of a healthy answer contains, so that a stranger on the port is not taken for ours. */
  readonly mark: string
  /** May a second `pnpm dev` use the one that already runs? */
  readonly shared: boolean
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Record<string, string>
}

export interface Running {
  /** Ends the server, if it is this process's own. */
  stop(): Promise<void>
  /** The same, without waiting for what it has to finish. */
  kill(): void
}

/** Starts a service, or shares one that runs; starts it again if the shared one ends. */
export async function runService(service: Service, log: (line: string) => void, fail: (error: Error) => void): Promise<Running> {
  let child: ChildProcess | undefined
  const stopping = new AbortController()

  async function start(): Promise<void> {
    if (service.shared && (await isHealthy(service))) return log(`already runs on port ${service.port}; sharing it`)
    if (await isTaken(service.port)) throw portTaken(service)
    child = spawnService(service, log)
    const ended = new Promise<never>((_, reject) =>
      child?.once('exit', (code) =>
        reject(new Error(`unable to start ${service.name}; it ended with code ${code}: see its lines above`)),
      ),
    )
    ended.catch(() => {}) // Reported below while starting, and by the watch afterwards.
    try {
      await Promise.race([untilHealthy(service), ended])
    } catch (error) {
      child = undefined
      // Two `pnpm dev` at the same moment: the other one won the port.
      if (service.shared && (await isHealthy(service))) return log(`already runs on port ${service.port}; sharing it`)
      throw error
    }
  }

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(1_000)
      if (stopping.signal.aborted || (child && child.exitCode === null && child.signalCode === null)) continue
      if (!child && (await isHealthy(service))) continue
      log(child ? 'ended; starting it again' : 'the shared one is gone; starting it here')
      await start()
    }
  }

  await start()
  watch().catch(fail)
  return {
    async stop() {
      stopping.abort()
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child?.once('exit', resolve))
      child.kill('SIGTERM')
      const force = setTimeout(() => child?.kill('SIGKILL'), 5_000)
      await ended
      clearTimeout(force)
    },
    kill() {
      stopping.abort()
      child?.kill('SIGKILL')
    },
  }
}

function spawnService({ args, cwd, env }: Service, log: (line: string) => void): ChildProcess {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A terminal sends Ctrl+C to all processes of a group, so that local Ably would be gone before the agent has ended. On Windows a group
    // of its own is a window of its own.
    detached: process.platform !== 'win32',
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line.trim() !== '') log(line)
    })
  }
  return child
}

async function untilHealthy(service: Service): Promise<void> {
  const patience = Date.now() + 60_000
  while (Date.now() < patience) {
    if (await isHealthy(service)) return
    await sleep(100)
  }
  throw new Error(`unable to start ${service.name}; port ${service.port} has not answered within a minute`)
}

async function isHealthy({ port, health, mark }: Service): Promise<boolean> {
  try {
    const response = await fetch(`http://localhost:${port}${health}`, { signal: AbortSignal.timeout(2_000) })
    return response.ok && (await response.text()).includes(mark)
  } catch {
    return false // Nobody there yet: that is the answer.
  }
}

function isTaken(port: number): Promise<boolean> {
  const tries = ['127.0.0.1', '::1'].map(
    (host) =>
      new Promise<boolean>((resolve) => {
        const socket = connect({ port, host })
        socket.once('connect', () => (socket.destroy(), resolve(true)))
        socket.once('error', () => resolve(false))
      }),
  )
  return Promise.all(tries).then((taken) => taken.includes(true))
}

function portTaken({ name, port, variable }: Service): Error {
  const holder = portHolder(port)
  return new Error(
    `unable to start ${name}; port ${port} is taken by ${holder ?? 'another program'}: end it, or set ${variable} to a free port`,
  )
}
