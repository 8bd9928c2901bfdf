import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

it('prints its address and key, answers /health, and stops on SIGTERM', async () => {
  const child = spawn(process.execPath, [cli, '--key', 'app.key:secret'], { env: { ...process.env, LOCAL_ABLY_PORT: '0' } })
  const [output] = (await once(child.stdout, 'data')) as [Buffer]
  expect(String(output)).toContain('app.key:secret')
  const url = /http:\S+/.exec(String(output))?.[0]
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok' })
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

it.for<[string, readonly string[], Readonly<Record<string, string>>]>([
  ['unable to start; --port must be a number', ['--port', 'many'], {}],
  ['unable to start; --port must be a number', ['--port', ''], {}],
  ['unable to start; --port must be a number', [], { LOCAL_ABLY_PORT: 'many' }],
  ['unable to start; --rule "x"', ['--rule', 'x'], { LOCAL_ABLY_PORT: ' ' }],
  ["unable to start; Unknown option '--what'", ['--what'], {}],
])('says what is wrong with its options: %s', async ([message, args, variables]) => {
  const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, ...variables } })
  const [output] = (await once(child.stderr, 'data')) as [Buffer]
  expect(String(output)).toContain(message)
  expect(await once(child, 'exit')).toEqual([1, null])
})

it('leaves nothing behind that keeps a process alive', async () => {
  const index = new URL('../src/index.ts', import.meta.url).href
  const script = `
    import { createLocalAbly } from ${JSON.stringify(index)}
    const server = await createLocalAbly()
    const socket = new WebSocket('ws://localhost:' + server.port + '/?key=' + server.key)
    await new Promise((resolve) => socket.addEventListener('message', resolve))
    await fetch(server.url + '/health')
    await server.close()
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', script])
  expect(await once(child, 'exit')).toEqual([0, null])
})

it('takes rules, several keys and a log', async () => {
  const options = ['--port', '0', '--key', 'a.b:c', '--key', 'd.e:f', '--rule', 'plain:mutableMessages=false,persisted', '--log']
  const child = spawn(process.execPath, [cli, ...options])
  let output = ''
  child.stdout.on('data', (data: Buffer) => (output += String(data)))
  const saying = async (text: string): Promise<void> => {
    while (!output.includes(text)) await once(child.stdout, 'data')
  }
  await saying('a.b:c')
  const url = /http:\S+/.exec(output)?.[0]
  const headers = { authorization: `Basic ${btoa('d.e:f')}`, 'content-type': 'application/json' }
  const channel = `${url}/channels/plain%3Ax/messages`
  const { serials } = (await (await fetch(channel, { method: 'POST', headers, body: '{"data":"d"}' })).json()) as {
    serials: string[]
  }
  const body = '{"action":1,"data":"e"}'
  const answer = await fetch(`${channel}/${encodeURIComponent(String(serials[0]))}`, { method: 'PATCH', headers, body })
  expect(await answer.json()).toMatchObject({ error: { code: 93002 } })
  await saying('93002')
  expect(output).not.toContain('d.e:f')
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

it('refuses a rule it does not understand', async () => {
  const child = spawn(process.execPath, [cli, '--rule', 'plain:fast'])
  const [output] = (await once(child.stderr, 'data')) as [Buffer]
  expect(String(output)).toMatch(/--rule "plain:fast"/)
  expect(await once(child, 'exit')).toEqual([1, null])
})

it('says once which page it does not serve, and serves those that it is told to', async () => {
  const env = { ...process.env, LOCAL_ABLY_ALLOWED_ORIGINS: 'https://listed.test, https://other.test' }
  const child = spawn(process.execPath, [cli, '--port', '0', '--allow-host', 'box.test'], { env })
  let output = ''
  child.stdout.on('data', (data: Buffer) => (output += String(data)))
  while (!output.includes('key ')) await once(child.stdout, 'data')
  const url = /http:\S+/.exec(output)?.[0]
  const ask = async (origin: string) => (await fetch(`${url}/time`, { headers: { origin } })).status
  expect([await ask('https://listed.test'), await ask('https://other.test'), await ask('http://box.test:1')]).toEqual([
    200, 200, 200,
  ])
  expect([await ask('http://evil.test'), await ask('http://evil.test')]).toEqual([403, 403])
  while (!output.includes('evil')) await once(child.stdout, 'data')
  child.kill('SIGTERM')
  await once(child, 'exit')
  expect(output.match(/unable to serve the pages of "http:\/\/evil\.test"; .+--allow-origin/g)).toHaveLength(1)
})
