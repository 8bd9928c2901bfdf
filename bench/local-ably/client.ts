import { once } from 'node:events'
import { createRequire } from 'node:module'
import { WebSocket } from 'ws'
import type { RunningServer } from './running-server.ts'

/** The server's own codec, found where the server finds it. */
const msgpack = createRequire(import.meta.resolve('@streamfold/local-ably'))('@ably/msgpack-js') as {
  encode(value: unknown, sparse: boolean): Buffer
  decode(bytes: Buffer): unknown
}

export type Format = 'msgpack' | 'json'

const KEY = 'local.dev:streamfold'
/** The text of one append. */
export const TOKEN = 'a token of text '
/** What may wait in a socket before the publisher does, bytes. */
const HIGH_WATER = 1 << 20

/** A raw socket: the load must cost as little as possible, otherwise the benchmark measures the load. */
export async function open(server: RunningServer, format: Format, role: 'publish' | 'subscribe'): Promise<WebSocket> {
  const query = new URLSearchParams({ key: KEY, v: '6', format, heartbeats: 'false', appendRollupWindow: String(server.rollup) })
  const path = server.kind === 'relay' ? role : `?${query.toString()}`
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/${path}`, { perMessageDeflate: false })
  await (server.kind === 'relay' ? once(socket, 'open') : once(socket, 'message'))
  if (server.kind !== 'relay' && role === 'subscribe') {
    const attached = once(socket, 'message')
    socket.send(encode({ action: 10, channel: 'bench' }, format))
    await attached
  }
  return socket
}

function encode(frame: object, format: Format): string | Buffer {
  return format === 'msgpack' ? msgpack.encode(frame, true) : JSON.stringify(frame)
}

export function decode(data: Buffer, format: Format): Record<string, unknown> {
  return (format === 'msgpack' ? msgpack.decode(data) : JSON.parse(data.toString())) as Record<string, unknown>
}

/** Creates the messages that will grow; the relay needs none, but its frames name the same serials. */
export async function createMessages(
  server: RunningServer,
  format: Format,
  publisher: WebSocket,
  count: number,
): Promise<string[]> {
  if (server.kind === 'relay')
    return Array.from({ length: count }, (_, n) => `01786000000000-000@0123456789:${String(n).padStart(3, '0')}`)
  const serials: string[] = []
  const all = new Promise<void>((resolve) => {
    const take = (data: Buffer): void => {
      const { action, res } = decode(data, format)
      if (action !== 1) return
      for (const each of res as { serials: string[] }[]) serials.push(...each.serials)
      if (serials.length < count) return
      publisher.off('message', take)
      resolve()
    }
    publisher.on('message', take)
  })
  for (let n = 0; n < count; n++) {
    const messages = [{ name: 'response', data: '', extras: { headers: { role: 'assistant' } } }]
    publisher.send(encode({ action: 15, channel: 'bench', msgSerial: n, messages }, format))
  }
  await all
  return serials
}

/** Appends of one token each, ready to be sent. A message takes as many as it has room for. */
export function appendFrames(serials: readonly string[], count: number, format: Format, from: number): (string | Buffer)[] {
  return Array.from({ length: count }, (_, n) => {
    const serial = serials[Math.floor((n / count) * serials.length)]
    const messages = [{ action: 5, serial, data: TOKEN, extras: { headers: { role: 'assistant' } } }]
    return encode({ action: 15, channel: 'bench', msgSerial: from + n, messages }, format)
  })
}

/** Sends as fast as the socket takes it. */
export async function sendAll(socket: WebSocket, frames: readonly (string | Buffer)[]): Promise<void> {
  for (const [index, frame] of frames.entries()) {
    socket.send(frame)
    if (index % 64 !== 63) continue
    // The turn goes round, so that what comes back is read as well.
    do await new Promise((resolve) => setImmediate(resolve))
    while (socket.bufferedAmount > HIGH_WATER)
  }
}

/** Resolves when the messages a socket has received carry so many bytes of text: with rollup, one carries many appends. */
export function receivedText(socket: WebSocket, bytes: number, format: Format): Promise<void> {
  let seen = 0
  return new Promise((resolve) => {
    const take = (data: Buffer): void => {
      const { messages } = decode(data, format)
      for (const message of (messages ?? []) as { data?: string }[]) seen += message.data?.length ?? 0
      if (seen < bytes) return
      socket.off('message', take)
      resolve()
    }
    socket.on('message', take)
  })
}

/** Resolves when a socket has received so many frames; ACKs and NACKs are not counted. */
export function received(socket: WebSocket, count: number, each?: (index: number) => void): Promise<void> {
  let seen = 0
  return new Promise((resolve) => {
    const take = (): void => {
      each?.(seen)
      if (++seen < count) return
      socket.off('message', take)
      resolve()
    }
    socket.on('message', take)
  })
}
