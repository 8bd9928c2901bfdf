import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { carries } from '../src/harness/carries.ts'
import { openLink } from '../src/harness/link.ts'

const link = openLink()
const request = 'GET /?v=3 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
const response = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'
const ping = Buffer.from([0x89, 0x00])
const pong = Buffer.from([0x8a, 0x80, 1, 2, 3, 4])
const text = Buffer.from([0x81, 0x82, 1, 2, 3, 4, 0x69, 0x6b])
/** As above, of a server, which does not mask. */
const textBack = Buffer.from([0x81, 0x02, 0x68, 0x69])

afterEach(() => link.release())
afterAll(() => link.close())

/** A connection through the link, both of whose sides the test has in its hand. */
async function joined(through = link): Promise<{ readonly page: Socket; readonly server: Socket }> {
  const listening = createServer()
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  const page = connect(await through.port(typeof address === 'object' ? address!.port : 0), '127.0.0.1')
  const [server] = (await once(listening, 'connection')) as [Socket] // As `net` says.
  listening.close()
  return { page, server }
}

/** Sends, and resolves when it has arrived. */
async function sends(from: Socket, to: Socket, piece: Buffer | string): Promise<void> {
  const arrived = once(to, 'data')
  from.write(piece)
  await arrived
}

describe('a link', () => {
  it('has an answer to nothing in the pings and pongs of a WebSocket, and waits for none to them', async () => {
    const { page, server } = await joined()
    await sends(page, server, request)
    expect(link.isAnswered()).toBe(false)
    await sends(server, page, response)
    expect(link.isAnswered()).toBe(true)
    await sends(server, page, ping)
    await sends(page, server, pong)
    expect(link.isAnswered(), 'nothing answers a pong').toBe(true)
    await sends(page, server, text)
    expect(link.isAnswered()).toBe(false)
    await sends(server, page, ping)
    expect(link.isAnswered(), 'a ping answers nothing').toBe(false)
    await sends(server, page, textBack)
    expect(link.isAnswered()).toBe(true)
  })

  it('lets what is sent later overtake what is on its way, over other connections only', async () => {
    const [first, second] = [await joined(), await joined()]
    const arrived: string[] = []
    for (const { server } of [first, second]) server.on('data', (data) => arrived.push(data.toString()))
    link.hold()
    first.page.write('held')
    // A round of the loop in which the link reads it, too.
    await sends(second.server, second.page, 'x')
    link.overtake()
    first.page.write(', and behind it')
    await sends(second.page, second.server, 'overtakes')
    expect(arrived).toEqual(['overtakes'])
    link.release()
    await expect.poll(() => arrived.slice(1).join('')).toBe('held, and behind it')
  })

  it('brings nothing while it is frozen, and then everything', async () => {
    const { page, server } = await joined()
    await sends(page, server, 'x')
    link.freeze()
    server.write('one ')
    const other = await joined(openLink())
    await sends(other.server, other.page, 'x')
    expect(page.bytesRead).toBe(0)
    const arrived = once(page, 'data')
    link.thaw()
    expect(String(await arrived)).toBe('one ')
  })
})

describe('what a piece carries', () => {
  const upgraded = (): ((piece: Buffer) => boolean) => {
    const read = carries()
    read(Buffer.from(request))
    return read
  }
  /** A binary frame with a mask. */
  const long = (length: number, head: readonly number[]): Buffer =>
    Buffer.concat([Buffer.from([0x82, ...head, 1, 2, 3, 4]), Buffer.alloc(length, 0x8a)])

  it('is something where nothing was upgraded', () => {
    const read = carries()
    expect(read(Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'))).toBe(true)
    expect(read(pong)).toBe(true)
    const redis = carries()
    expect(redis(Buffer.from('*1\r\n$4\r\nPING\r\n'))).toBe(true)
    expect(redis(pong)).toBe(true)
  })

  it('is something in a piece with a pong and a text', () => {
    expect(upgraded()(Buffer.concat([pong, text]))).toBe(true)
    expect(upgraded()(Buffer.concat([pong, pong]))).toBe(false)
  })

  it.each([
    ['short', text],
    ['of two bytes of length', long(300, [0xfe, 0x01, 0x2c])],
    ['of eight bytes of length', long(70_000, [0xff, 0, 0, 0, 0, 0, 1, 0x11, 0x70])],
  ])('is found behind a frame that is %s, wherever it is cut', (_, frame) => {
    for (const at of [1, 2, 3, 5, 9, frame.length - 1].filter((each) => each < frame.length)) {
      const read = upgraded()
      expect([frame.subarray(0, at), frame.subarray(at), pong, text].map(read), String(at)).toEqual([true, true, false, true])
    }
  })

  it('is found where the request and its end come in two pieces', () => {
    const read = carries()
    for (const piece of [request.slice(0, 30), request.slice(30)]) expect(read(Buffer.from(piece))).toBe(true)
    expect([pong.subarray(0, 1), pong.subarray(1), ping, text].map(read)).toEqual([false, false, false, true])
  })
})
