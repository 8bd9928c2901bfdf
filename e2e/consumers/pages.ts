import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, Page } from '@playwright/test'
import { chromium } from '@playwright/test'
import { createResponseWriter } from '@streamfold/ably'
import { streamResponse } from '@streamfold/agent'
import type { LocalAbly } from '@streamfold/local-ably'
import { Realtime } from 'ably'
import { findChromium } from '../../scripts/chromium.ts'
import type { Scratch } from './scratch.ts'
import { outside } from './scratch.ts'

const before = 'What the server knew: a stored answer.'
const live = ['This ', 'arrived ', 'while ', 'the page ', 'was open.']

/** Builds a consumer's page, serves it by its own command, and looks at it in Chromium while an agent streams. */
export async function lookAtPage(scratch: Scratch, ably: LocalAbly, rendered: boolean): Promise<void> {
  const port = await freePort()
  const channelName = `ai:${scratch.name}`
  const env = {
    ABLY_PORT: String(ably.port),
    ABLY_KEY: ably.key,
    VITE_ABLY_PORT: String(ably.port),
    VITE_ABLY_KEY: ably.key,
    PORT: String(port),
  }
  await scratch.run('npm', ['run', 'build'], env)

  const agent = new Realtime(ably.clientOptions({ clientId: 'agent' }))
  const writer = createResponseWriter(agent.channels.get(channelName))
  await streamResponse(writer, pieces([before])).finished
  const server = serve(scratch, port, env)
  const browser = await openBrowser()
  try {
    const url = `http://localhost:${port}/?channel=${encodeURIComponent(channelName)}`
    const html = await answer(url, server)
    if (rendered && !html.includes(before)) throw new Error(`the server's HTML does not hold the stored answer:\n${html}`)
    const page = await browser.newPage()
    const complaints = listen(page)
    await page.goto(url)
    await page.getByText(before).waitFor()
    await page.locator('main[data-connection="live"]').waitFor()
    const outcome = await streamResponse(writer, pieces(live)).finished
    if (outcome.status !== 'complete') throw new Error(`the agent's outcome is ${JSON.stringify(outcome)}`)
    await page.locator('[data-status="complete"]', { hasText: live.join('') }).waitFor()
    await page.getByRole('button', { name: 'Send' }).click()
    await page.locator('[data-role="user"]', { hasText: 'Hello?' }).waitFor()
    if (complaints.length > 0) throw new Error(`the page complained:\n${complaints.join('\n')}`)
  } finally {
    await browser.close()
    await stop(server)
    agent.close()
  }
}

async function* pieces(texts: readonly string[]): AsyncIterable<string> {
  for (const text of texts) yield text
}

/** Errors and warnings of the page: a hydration that does not match is one. */
function listen(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  return complaints
}

interface Server {
  readonly child: ChildProcess
  output: string
}

function serve(scratch: Scratch, port: number, env: Readonly<Record<string, string>>): Server {
  const args = ['start', '--', '--port', String(port)]
  const child = spawn('npm', args, {
    cwd: scratch.folder,
    env: outside(env),
    stdio: 'pipe',
    detached: process.platform !== 'win32',
  })
  const server: Server = { child, output: '' }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (server.output += chunk.toString()))
  return server
}

/** npm starts a shell that starts the server: all of them end. */
async function stop({ child }: Server): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  const ended = once(child, 'exit')
  if (process.platform === 'win32') child.kill()
  else process.kill(-child.pid)
  await ended
}

/** What the server answers, once it does. */
async function answer(url: string, server: Server): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (server.child.exitCode !== null) break
    const response = await fetch(url).catch(() => undefined) // Not listening yet.
    if (response?.ok) return response.text()
    await wait(100)
  }
  throw new Error(`unable to open ${url}; the server said:\n${server.output}`)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // It listens on a port.
  server.close()
  await once(server, 'close')
  return port
}

function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] })
}
