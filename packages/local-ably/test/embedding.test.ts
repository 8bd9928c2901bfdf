import { Realtime } from 'ably'
import { createServer } from 'vite'
import { expect, it } from 'vitest'
import { createLocalAbly } from '../src/index.ts'
import { localAbly } from '../src/vite.ts'
import { useLocalAbly } from '../src/vitest.ts'

const ably = useLocalAbly()

it('gives a test file a server of its own', async () => {
  const client = new Realtime(ably.server.clientOptions({ logLevel: 0 }))
  await client.connection.whenState('connected')
  client.close()
})

it('runs beside Vite, and is gone when Vite is', async () => {
  const options = { root: import.meta.dirname, configFile: false, logLevel: 'silent', appType: 'custom' } as const
  const vite = await createServer({
    ...options,
    plugins: [localAbly()],
    server: { middlewareMode: true, ws: false },
    optimizeDeps: { noDiscovery: true },
  })
  const { clientOptions } = (await vite.ssrLoadModule('virtual:local-ably')) as { clientOptions: { port: number } }
  const health = `http://localhost:${clientOptions.port}/health`
  expect((await fetch(health)).status).toBe(200)
  await vite.close()
  await expect(fetch(health)).rejects.toThrow()
})

it('keeps its port, and what it holds, when Vite restarts', async () => {
  const free = await createLocalAbly()
  const { port } = free
  await free.close()
  const [before, after] = [localAbly({ port }), localAbly({ port })]
  const health = `http://localhost:${port}/health`
  await before.config({}, { command: 'serve' })
  await after.config({}, { command: 'serve' })
  await before.closeBundle()
  expect((await fetch(health)).status).toBe(200)
  await after.closeBundle()
  await expect(fetch(health)).rejects.toThrow()
})

it('starts again with other options when Vite restarts', async () => {
  const free = await createLocalAbly()
  const { port } = free
  await free.close()
  const [before, after] = [localAbly({ port }), localAbly({ port, keys: ['other.key:secret'] })]
  await before.config({}, { command: 'serve' })
  await after.config({}, { command: 'serve' })
  await before.closeBundle()
  expect(after.load(String(after.resolveId('virtual:local-ably')))).toContain('other.key:secret')
  expect((await fetch(`http://localhost:${port}/health`)).status).toBe(200)
  await after.closeBundle()
})

it.each([
  { command: 'serve', mode: 'test' },
  { command: 'serve', isPreview: true },
])('does not run for %o, which may be beside the dev server', async (env) => {
  const plugin = localAbly()
  await plugin.config({}, env)
  expect(plugin.load(String(plugin.resolveId('virtual:local-ably')))).toBe('export const clientOptions = undefined')
})

it('puts nothing into a production build', async () => {
  const plugin = localAbly()
  await plugin.config({}, { command: 'build' })
  expect(plugin.load(String(plugin.resolveId('virtual:local-ably')))).toBe('export const clientOptions = undefined')
})

it('keeps a connection that a client keeps, so that no request is reset by its being closed meanwhile', async () => {
  const answer = await fetch(`${ably.server.url}/time`)
  expect(answer.headers.get('connection')).toBe('keep-alive')
  expect(answer.headers.get('keep-alive')).toBeNull()
})
