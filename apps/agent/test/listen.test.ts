import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { expect, test, vi } from 'vitest'
import { listen } from '../src/http/listen.ts'

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

test('one address has so many connections at once; another one is served all the same, and so is the first when some have ended', async () => {
  const port = await freePort()
  const stop = await listen(
    new Hono().get('/', (context) => context.text('here')),
    port,
    '127.0.0.1',
    { connections: 20 },
  )
  const from = (localAddress: string) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress })
    const closed = new Promise<void>((resolve) => socket.on('error', () => undefined).on('close', () => resolve()))
    let answer = ''
    socket.on('data', (data) => (answer += data.toString()))
    return { socket, closed, answer: () => answer }
  }
  // They never finish what they ask for.
  const idle = Array.from({ length: 20 }, () => from('127.0.0.2'))
  await vi.waitFor(() => expect(idle.every(({ socket }) => !socket.connecting)).toBe(true))
  for (const { socket } of idle) socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
  await from('127.0.0.2').closed
  const ask = async (address: string) => {
    const { socket, closed, answer } = from(address)
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    await closed
    return answer()
  }
  expect(await ask('127.0.0.3')).toContain('200 OK')
  for (const { socket } of idle.slice(0, 5)) socket.destroy()
  await vi.waitFor(async () => expect(await ask('127.0.0.2')).toContain('200 OK'))
  for (const { socket } of idle) socket.destroy()
  await stop()
})

test('a request that comes too slowly is cut', async () => {
  const port = await freePort()
  const stop = await listen(new Hono(), port, '127.0.0.1', { headers: 200, request: 300, check: 50 })
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
  let answer = ''
  socket.on('data', (data) => (answer += data.toString()))
  await new Promise((resolve) => socket.on('close', resolve))
  expect(answer).toMatch(/ 408 /)
  await stop()
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server's
  await new Promise((resolve) => server.close(resolve))
  return port
}
