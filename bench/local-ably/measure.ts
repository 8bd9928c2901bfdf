import { once } from 'node:events'
import type { WebSocket } from 'ws'
import { start, type RunningServer } from './running-server.ts'
import { appendFrames, createMessages, decode, open, received, receivedText, sendAll, TOKEN, type Format } from './client.ts'

/** Tokens of 16 bytes, so that a message stays below the size limit of 64 KiB. */
const APPENDS_PER_MESSAGE = 3000

/** How many appends reached every subscriber, per second on the clock and per second of the server's processor time. */
export interface Rate {
  readonly perSecond: number
  readonly perProcessorSecond: number
}

/** One publisher appending as fast as it can, to so many subscribers. */
export async function appendRate(kind: string, format: Format, subscribers: number, appends: number, rollup = 0): Promise<Rate> {
  const server = await start(kind, rollup)
  try {
    const publisher = await open(server, format, 'publish')
    const serials = await createMessages(server, format, publisher, Math.ceil(appends / APPENDS_PER_MESSAGE))
    const sockets = await Promise.all(Array.from({ length: subscribers }, () => open(server, format, 'subscribe')))
    // A first round warms up the server's code; its appends go to the same messages.
    let from = serials.length
    const round = async (count: number): Promise<Rate> => {
      const frames = appendFrames(serials, count, format, from)
      from += count
      const before = await server.processor()
      const arrival = (socket: WebSocket): Promise<void> =>
        rollup === 0 ? received(socket, count) : receivedText(socket, count * TOKEN.length, format)
      const all = Promise.all(sockets.map(arrival))
      const began = performance.now()
      // Read when the clock has stopped: the relay's publisher has no acknowledgements to read.
      const answers = kind === 'relay' ? undefined : gathered(publisher)
      await Promise.all([sendAll(publisher, frames), all])
      const taken = performance.now() - began
      // A rate with refusals would be meaningless.
      await answers?.(count)
      const used = (await server.processor()) - before
      return { perSecond: (count / taken) * 1000, perProcessorSecond: (count / used) * 1000 }
    }
    await round(Math.ceil(appends / 4))
    return await round(Math.floor(appends / 2))
  } finally {
    await server.stop()
  }
}

/** Delays between send and delivery at 1,000 appends per second, ms, sorted. */
export async function delays(kind: string, format: Format, seconds: number): Promise<readonly number[]> {
  const server = await start(kind)
  try {
    const publisher = await open(server, format, 'publish')
    const warmUp = 1000
    const count = seconds * 1000
    const serials = await createMessages(server, format, publisher, Math.ceil((count + warmUp) / APPENDS_PER_MESSAGE))
    const subscriber = await open(server, format, 'subscribe')
    const frames = appendFrames(serials, count + warmUp, format, serials.length)
    const sentAt = new Float64Array(frames.length)
    const taken: number[] = []
    const all = received(subscriber, frames.length, (index) => {
      if (index >= warmUp) taken.push(performance.now() - (sentAt[index] ?? 0))
    })
    const began = performance.now()
    let next = 0
    while (next < frames.length) {
      while (next < frames.length && performance.now() - began >= next) {
        sentAt[next] = performance.now()
        publisher.send(frames[next++]!)
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    await all
    return taken.toSorted((a, b) => a - b)
  } finally {
    await server.stop()
  }
}

/** The server's memory for idle connections, in bytes per connection, and their number. */
export async function idleConnections(kind: string, count: number): Promise<{ heap: number; rss: number; open: number }> {
  const server = await start(kind)
  try {
    await open(server, 'msgpack', 'publish')
    const before = await server.memory()
    const sockets = []
    for (let n = 0; n < count; n += 50) {
      sockets.push(
        ...(await Promise.all(Array.from({ length: Math.min(50, count - n) }, () => open(server, 'msgpack', 'publish')))),
      )
    }
    const after = await server.memory()
    const alive = sockets.filter((socket) => socket.readyState === socket.OPEN).length
    return { heap: (after.heap - before.heap) / count, rss: (after.rss - before.rss) / count, open: alive }
  } finally {
    await server.stop()
  }
}

/** The server's memory for a stored response, in bytes, with its text. */
export async function storedResponses(kind: string, count: number, tokens: number): Promise<number> {
  const server = await start(kind)
  try {
    const publisher = await open(server, 'msgpack', 'publish')
    const before = await server.memory()
    const serials = await createMessages(server, 'msgpack', publisher, count)
    const frames = appendFrames(serials, count * tokens, 'msgpack', serials.length)
    const confirmed = confirmations(publisher, frames.length)
    await sendAll(publisher, frames)
    await confirmed
    const after = await server.memory()
    return (after.heap - before.heap) / count
  } finally {
    await server.stop()
  }
}

/** Confirmed appends per second; with a file, confirmed means that they are in the file. */
export async function confirmedRate(kind: string, format: Format, appends: number): Promise<number> {
  const server: RunningServer = await start(kind)
  try {
    const publisher = await open(server, format, 'publish')
    const serials = await createMessages(server, format, publisher, Math.ceil(appends / APPENDS_PER_MESSAGE))
    let from = serials.length
    const round = async (count: number): Promise<number> => {
      const frames = appendFrames(serials, count, format, from)
      from += count
      const all = confirmations(publisher, count)
      const began = performance.now()
      await Promise.all([sendAll(publisher, frames), all])
      return count / ((performance.now() - began) / 1000)
    }
    await round(Math.ceil(appends / 4))
    return await round(Math.floor(appends / 2))
  } finally {
    await server.stop()
  }
}

/** Keeps what a socket receives; the function that comes back waits until so many frames have been acknowledged. */
function gathered(socket: Awaited<ReturnType<typeof open>>): (count: number) => Promise<void> {
  const answers: Buffer[] = []
  const keep = (data: Buffer): void => void answers.push(data)
  socket.on('message', keep)
  return async (count) => {
    let confirmed = 0
    for (;;) {
      for (const data of answers.splice(0)) {
        const { action, count: frames = 0, error } = decodeAck(data)
        if (action === 2) throw new Error(`refused: ${JSON.stringify(error)}`)
        if (action === 1) confirmed += frames
      }
      if (confirmed >= count) break
      await once(socket, 'message')
    }
    socket.off('message', keep)
  }
}

/** Resolves when so many frames have been acknowledged; rejects at the first that was refused. */
function confirmations(socket: Awaited<ReturnType<typeof open>>, count: number): Promise<void> {
  let confirmed = 0
  return new Promise((resolve, reject) => {
    const take = (data: Buffer): void => {
      const { action, count: frames = 0, error } = decodeAck(data)
      if (action === 2) reject(new Error(`refused: ${JSON.stringify(error)}`))
      if (action === 1) confirmed += frames
      if (confirmed < count) return
      socket.off('message', take)
      resolve()
    }
    socket.on('message', take)
  })
}

function decodeAck(data: Buffer): { action?: number; count?: number; error?: unknown } {
  return decode(data, data[0] === 0x7b ? 'json' : 'msgpack')
}
