import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { openConversation } from '@streamfold/ably'
import { selectMessages } from '@streamfold/core'
import { createLocalAbly } from '@streamfold/local-ably'
import { Realtime } from 'ably'
import { expect, onTestFinished, test, vi } from 'vitest'

const main = new URL('../src/main.ts', import.meta.url).pathname

/** `pnpm start`, as a process of its own. Resolves when it is ready. */
async function startProcess(env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--conditions=streamfold-source', '--no-warnings', main], {
    env: { PATH: process.env['PATH'], ABLY_API_KEY: '', VITE_ABLY_KEY: '', ANTHROPIC_API_KEY: '', OPENAI_API_KEY: '', ...env },
    stdio: 'ignore',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const url = `http://localhost:${env['AGENT_PORT']}/readyz`
  await vi.waitFor(async () => expect((await fetch(url)).status).toBe(200), { timeout: 20_000, interval: 100 })
  return child
}

test('the agent is killed in mid-stream; started again, without any request, it closes what it had left open', async () => {
  const ably = await createLocalAbly({ presenceLeaveDelay: 300 })
  onTestFinished(() => ably.close())
  const directory = mkdtempSync(join(tmpdir(), 'streamfold-agent-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const env = {
    AGENT_PORT: String(await freePort()),
    LOCAL_ABLY_PORT: String(ably.port),
    AGENT_DATA: join(directory, 'agent.sqlite'),
    AGENT_TAKEOVER: '1',
    DEMO_PACE: '1',
  }
  const client = new Realtime(ably.clientOptions({ clientId: 'ann', logLevel: 0 }))
  onTestFinished(() => client.close())
  const channel = client.channels.get('ai:killed')
  const handle = openConversation(channel, { agent: 'agent', scheduler: (flush) => flush() })
  onTestFinished(() => handle.release())
  const answer = () => selectMessages(handle.store.getSnapshot())[1]

  const first = await startProcess(env)
  const { serials } = await channel.publish({
    name: 'prompt',
    data: 'Give me a long answer',
    extras: { headers: { role: 'user' } },
  })
  await fetch(`http://localhost:${env.AGENT_PORT}/api/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ channel: channel.name, promptSerial: serials[0] }),
  })
  await vi.waitFor(() => expect(answer()?.text.length ?? 0).toBeGreaterThan(20), 20_000)
  const exited = once(first, 'exit')
  first.kill('SIGKILL')
  await exited
  const { text } = answer()!

  await startProcess(env)
  await vi.waitFor(() => expect(answer()?.status).toBe('failed'), 20_000)
  expect(answer()).toMatchObject({ text: expect.stringContaining(text), error: 'the agent stopped before the end' })
  expect(selectMessages(handle.store.getSnapshot())).toHaveLength(2)
}, 60_000)

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo // a TCP server's
      server.close(() => resolve(port))
    })
  })
}
