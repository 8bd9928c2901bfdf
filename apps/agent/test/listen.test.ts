import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { expect, test, vi } from 'vitest'
import { listen } from '../src/listen.ts'

test('a taken port is named, and what to set', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo // a TCP server's
  await expect(listen(new Hono(), port, undefined)).rejects.toThrow(new RegExp(`port ${port} is taken: set AGENT_PORT`))
  other.close()
})

test('who is being answered as it stops still gets the answer; who never ends does not hold it', async () => {
  const port = await freePort()
  let go = (): void => undefined
  const app = new Hono()
    .get('/slow', async (context) => {
      await new Promise<void>((resolve) => (go = resolve))
      return context.text('answered')
    })
    .get('/never', () => new Promise<never>(() => undefined))
  const stop = await listen(app, port, '127.0.0.1')
  const slow = fetch(`http://127.0.0.1:${port}/slow`)
  const never = fetch(`http://127.0.0.1:${port}/never`).catch(() => 'cut')
  const asked = go
  await vi.waitFor(() => expect(go).not.toBe(asked))
  const stopped = stop()
  go()
  expect(await (await slow).text()).toBe('answered')
  await stopped
  expect(await never).toBe('cut')
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server's
  await new Promise((resolve) => server.close(resolve))
  return port
}
