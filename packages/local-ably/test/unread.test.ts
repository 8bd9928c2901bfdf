import { connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { connected, serve, type LocalAbly } from './fixture.ts'
import { RawSocket } from './raw-socket.ts'

const MB = 1_048_576

/** A client that connects, attaches and then reads nothing more; `dropped` resolves when the server has let go of it. */
async function deaf(server: LocalAbly, query = ''): Promise<{ send(payload: object | Buffer): void; dropped: Promise<void> }> {
  const socket: Socket = connect(server.port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const headers =
    'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
  socket.write(`GET /?key=${server.key}&v=6&format=json${query} HTTP/1.1\r\n${headers}`)
  await new Promise((resolve) => socket.once('data', resolve))
  socket.pause()
  const dropped = new Promise<void>((resolve) => {
    socket.on('error', () => resolve())
    socket.on('close', () => resolve())
  })
  return {
    send(payload) {
      const ping = Buffer.isBuffer(payload)
      const text = ping ? payload : Buffer.from(JSON.stringify(payload))
      const head = Buffer.from([ping ? 0x89 : 0x81, 0x80 | (text.byteLength < 126 ? text.byteLength : 126), 0, 0])
      if (text.byteLength >= 126) head.writeUInt16BE(text.byteLength, 2)
      socket.write(Buffer.concat([text.byteLength < 126 ? head.subarray(0, 2) : head, Buffer.alloc(4), text]))
    },
    dropped,
  }
}

const attach = { action: 10, channel: 'room' }

it('drops a subscriber that never reads, and keeps no more for it than it may', { timeout: 60_000 }, async () => {
  const log: string[] = []
  const server = await serve({ maxUnreadBytes: MB, log: (line) => log.push(line) })
  const client = await deaf(server)
  client.send(attach)
  const publisher = (await connected(server)).channels.get('room')
  await publisher.attach()
  for (let sent = 0; sent < 40 * MB && !log.some((line) => line.startsWith('disconnected')); sent += 60_000) {
    await publisher.publish('n', 'x'.repeat(60_000))
  }
  expect(log.filter((line) => line.startsWith('disconnected'))).toHaveLength(1)
})

it('drops a client that asks and asks, and never reads an answer', { timeout: 60_000 }, async () => {
  const log: string[] = []
  const server = await serve({ maxUnreadBytes: MB, log: (line) => log.push(line) })
  const publisher = (await connected(server)).channels.get('room')
  for (let index = 0; index < 50; index++) await publisher.publish('n', 'x'.repeat(60_000))
  const client = await deaf(server)
  // Three megabytes for each.
  for (let index = 0; index < 40; index++) client.send({ ...attach, channel: `[?rewind=${index + 50}]room` })
  client.send({ action: 0 })
  while (!log.some((line) => line.startsWith('disconnected'))) await (await fetch(`${server.url}/health`)).text()
})

it('drops a client that sends pings and never reads a pong', { timeout: 60_000 }, async () => {
  const log: string[] = []
  const server = await serve({ maxUnreadBytes: MB, log: (line) => log.push(line) })
  const client = await deaf(server)
  for (let index = 0; index < 200_000; index++) client.send(Buffer.alloc(125))
  while (!log.some((line) => line.startsWith('disconnected'))) await (await fetch(`${server.url}/health`)).text()
})

it('gives a client that reads an answer of any length, and lets a dropped one resume', async () => {
  const server = await serve({ maxUnreadBytes: MB })
  const publisher = (await connected(server)).channels.get('room')
  for (let index = 0; index < 40; index++) await publisher.publish('n', 'x'.repeat(60_000))
  const socket = await RawSocket.open(server)
  socket.send({ action: 10, channel: '[?rewind=40]room' })
  await socket.until(({ frames }) => frames.filter(({ action }) => action === 15).length === 40)
  expect(socket.closed).toBe(false)
  socket.close()
})
