import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

export interface RestateServer {
  /** Address of the ingress. */
  readonly ingress: string
  /** Makes the services of a worker known. @param url address of the worker */
  register(url: string): Promise<void>
  /** How many invocations have not ended. */
  unfinished(): Promise<number>
  /** `kill -9`. Its data stays. */
  kill(): Promise<void>
}

const platform = `restate-server-${process.platform}-${process.arch}`
const installed = realpathSync(new URL('../node_modules/@restatedev/restate-server', import.meta.url))
const binary = join(installed, '..', platform, 'bin', 'restate-server')

/** Why no server can be started here; undefined where it can. */
export const unavailable: string | undefined = existsSync(binary)
  ? undefined
  : `npm has no @restatedev/${platform}: Restate’s server is a binary for Linux and macOS`

/** Starts Restate on free ports of this machine. It ends with the test. @param data folder for what it keeps */
export async function startRestate(data: string): Promise<RestateServer> {
  const options = {
    'use-random-ports': 'true',
    'base-dir': data,
    'node-name': 'test',
    'bind-ip': '127.0.0.1',
    'log-format': 'json',
  }
  const child = spawn(binary, ['--no-logo', ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])], {
    env: {
      RESTATE_DEFAULT_NUM_PARTITIONS: '1',
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: '256MB',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const kill = (): Promise<void> => ended(child)
  onTestFinished(kill)
  const { ingress, admin } = await portsOf(child)
  return {
    ingress: `http://127.0.0.1:${ingress}`,
    async register(uri) {
      const response = await fetch(`http://127.0.0.1:${admin}/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uri, force: true }),
      })
      if (!response.ok)
        throw new Error(`unable to register the worker; Restate answered ${response.status}: ${await response.text()}`)
    },
    async unfinished() {
      const query = "SELECT COUNT(*) AS open FROM sys_invocation WHERE status <> 'completed'"
      const response = await fetch(`http://127.0.0.1:${admin}/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query }),
      })
      if (!response.ok) throw new Error(`unable to ask Restate for its invocations; it answered ${response.status}`)
      const { rows } = (await response.json()) as { rows: readonly { open: number }[] } // As Restate answers.
      return rows[0]!.open
    },
    kill,
  }
}

/** Ends a process at once, and waits until it is gone. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

/** Reads the ports out of the server's log, until it is ready. */
async function portsOf({ stdout }: ChildProcess): Promise<{ readonly ingress: number; readonly admin: number }> {
  const ports = new Map<string, number>()
  if (stdout) {
    const lines = createInterface({ input: stdout })
    for await (const line of lines) {
      const { span } = JSON.parse(line) as { span?: Readonly<Record<string, unknown>> } // As the server logs it.
      if (span) ports.set(String(span['server_name']), Number(span['server.port']))
      const [ingress, admin] = [ports.get('http-ingress-server'), ports.get('admin-api-server')]
      if (ingress === undefined || admin === undefined) continue
      lines.close()
      stdout.resume()
      return { ingress, admin }
    }
  }
  throw new Error('Restate’s server has ended before it was ready')
}
