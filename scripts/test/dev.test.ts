import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../workspace.ts'

test('pnpm dev: Ctrl+C ends everything, and the log names only the answer that it ended', { timeout: 90_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'streamfold-dev-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const [localAbly, agent, react, vue] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
  const ports = { LOCAL_ABLY_PORT: localAbly, AGENT_PORT: agent, REACT_PORT: react, VUE_PORT: vue }
  const env = {
    ...process.env,
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
    LOCAL_ABLY_DATA: join(directory, 'local-ably.sqlite'),
    AGENT_DATA: join(directory, 'agent.sqlite'),
    AGENT_GRACE: '1',
    DEMO_PACE: '20',
    ABLY_API_KEY: '',
    VITE_ABLY_KEY: '',
    ANTHROPIC_API_KEY: '',
    OPENAI_API_KEY: '',
  }
  // A terminal sends Ctrl+C to each process of its group.
  const dev = spawn(process.execPath, [`${root}scripts/dev.ts`, 'react'], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(dev, 'exit')
  let output = ''
  const ready = new Promise<void>((resolve) => {
    for (const stream of [dev.stdout, dev.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (output.includes('Ctrl+C ends it')) resolve()
      })
  })
  await Promise.race([ready, ended])
  expect(output).toContain('Streamfold is ready')
  const ably = `http://localhost:${localAbly}`
  const headers = { authorization: `Basic ${btoa('local.dev:streamfold')}`, 'content-type': 'application/json' }
  const prompt = JSON.stringify({
    name: 'prompt',
    data: 'A long answer, please',
    clientId: 'ann',
    extras: { headers: { role: 'user' } },
  })
  const published = await fetch(`${ably}/channels/ai:dev/messages`, { method: 'POST', headers, body: prompt })
  const { serials } = (await published.json()) as { serials: string[] } // As the service answers.
  const asked = await fetch(`http://localhost:${agent}/api/responses`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ channel: 'ai:dev', promptSerial: serials[0] }),
  })
  expect(asked.status).toBe(202)
  output = ''
  process.kill(-dev.pid!, 'SIGINT')
  const [code] = await ended
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.includes('Ctrl+C'))
  expect({ code, lines }).toEqual({ code: 0, lines: ['agent      | ERROR: error {"err":{"type":"ReaderError"}}'] })
  for (const port of Object.values(ports)) await expect(fetch(`http://localhost:${port}`)).rejects.toThrow('fetch failed')
  const database = new DatabaseSync(env.LOCAL_ABLY_DATA)
  onTestFinished(() => database.close())
  expect(JSON.stringify(database.prepare('SELECT meta FROM latest UNION SELECT meta FROM chunks').all())).toContain(
    'the agent was stopped',
  )
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('unable to find a free port; the server has no address')
  return address.port
}
