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

it('says what is wrong with its options', async () => {
  const child = spawn(process.execPath, [cli, '--port', 'many'])
  const [output] = (await once(child.stderr, 'data')) as [Buffer]
  expect(String(output)).toMatch(/--port must be a number/)
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
