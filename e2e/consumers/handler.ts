import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import type { LocalAbly } from '@streamfold/local-ably'
import { handlerScenarios } from '@streamfold/test-support/handler/handler-scenarios'
import { createModelServer } from '@streamfold/test-support/handler/model-server'
import { freePort } from './pages.ts'
import type { Scratch } from './scratch.ts'
import { outside } from './scratch.ts'

/** Builds a consumer's server with `createAgentHandler`, starts it by its own command, and plays the scenarios of all frameworks. */
export async function playHandler(scratch: Scratch, ably: LocalAbly): Promise<void> {
  const model = await createModelServer()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const origin = 'https://app.example'
  const env = {
    ABLY_PORT: String(ably.port),
    ABLY_KEY: ably.key,
    MODEL_URL: model.url,
    ORIGIN: origin,
    PORT: String(port),
    NEXT_TELEMETRY_DISABLED: '1',
  }
  await scratch.run('npm', ['run', 'build'], env)
  let server = await start(scratch, url, env)
  const restart = async (): Promise<void> => {
    await kill(server)
    server = await start(scratch, url, env)
  }
  try {
    for (const [title, play] of Object.entries(handlerScenarios)) {
      try {
        await play({ url, ably, model, origin, restart })
      } catch (cause) {
        throw new Error(`${title}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
      }
    }
  } finally {
    await kill(server)
    await model.close()
  }
}

/** As a process group, because npm and the framework start further processes. */
async function start({ folder }: Scratch, url: string, env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const server = spawn('npm', ['start'], { cwd: folder, env: outside(env), stdio: 'ignore', detached: true })
  for (let tries = 0; server.exitCode === null; tries++) {
    if ((await fetch(url).catch(() => undefined))?.ok) return server
    if (tries > 600) break
    await wait(50)
  }
  throw new Error('the server did not start')
}

/** `kill -9`. */
async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return
  const exited = once(server, 'exit')
  process.kill(-server.pid, 'SIGKILL')
  await exited
}
