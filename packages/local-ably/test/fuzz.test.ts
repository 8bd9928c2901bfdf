// @own-process: it weighs the heap
import msgpack from '@ably/msgpack-js'
import * as fc from 'fast-check'
import { request } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { rest, serve, type LocalAbly } from './fixture.ts'
import { RawSocket } from './raw-socket.ts'

/** How many hostile frames and requests; `LOCAL_ABLY_SOAK=200000` for the full count. */
const COUNT = Number(process.env['LOCAL_ABLY_SOAK'] ?? 5000)
const SEED = Number(process.env['LOCAL_ABLY_SEED'] ?? 20_260_815)

/** What the heap may have grown by in the end, bytes, whatever was sent. */
const MEMORY_BOUND = 64 * 1024 * 1024

const admin = 'local.dev:streamfold'
const weak = 'local.weak:streamfold'

/** The channels hostile frames name; the weak key may subscribe to the first alone, and do nothing else to any. */
const CHANNELS = ['open:1', 'secret', 'secret:2', '[?rewind=1]secret', '[filter=bmFtZQ==]secret', '__proto__', 'constructor']

const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    0.5,
    2 ** 31,
    2 ** 53,
    Number.MAX_SAFE_INTEGER,
    -(2 ** 63),
    '',
    'x',
    '__proto__',
    '*',
  ),
  fc.string({ maxLength: 40 }),
  fc.integer(),
)
const anything: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 40, arbitrary: scalar },
  { weight: 5, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  { weight: 5, arbitrary: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3000 }).map(nested) },
)
const message = fc.record(
  {
    action: fc.oneof(fc.integer({ min: 0, max: 6 }), anything),
    serial: fc.oneof(fc.constant('01726585978590-001@abcdefghij:000'), anything),
    messageSerial: anything,
    type: fc.oneof(fc.constantFrom('x:total.v1', 'x:distinct.v1'), anything),
    name: anything,
    data: anything,
    encoding: fc.oneof(fc.constantFrom('base64', 'json/base64', 'utf-8/cipher+aes-256-cbc/base64'), anything),
    extras: anything,
    clientId: anything,
    connectionKey: anything,
    version: anything,
    count: anything,
    id: anything,
  },
  { requiredKeys: [] },
)
const frame = fc.record(
  {
    // Not 5 and 7, DISCONNECT and CLOSE: they would end every socket before it has seen much.
    action: fc.oneof(fc.constantFrom(0, 1, 3, 4, 6, 10, 10, 12, 14, 15, 15, 15, 16, 17, 21, 99), anything),
    channel: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...CHANNELS) }, { weight: 1, arbitrary: anything }),
    msgSerial: fc.oneof(fc.integer({ min: 0, max: 1000 }), anything),
    channelSerial: anything,
    flags: anything,
    params: fc.oneof(fc.record({ rewind: anything, modes: anything, occupancy: anything }, { requiredKeys: [] }), anything),
    messages: fc.oneof(fc.array(message, { maxLength: 3 }), anything),
    presence: fc.oneof(fc.array(message, { maxLength: 3 }), anything),
    annotations: fc.oneof(fc.array(message, { maxLength: 3 }), anything),
    auth: fc.oneof(fc.record({ accessToken: anything }), anything),
  },
  { requiredKeys: [] },
)

/** Bytes on a socket: random, cut off, lying about their length, too deep, or well-formed and of the wrong shape. */
const hostileBytes = (binary: boolean): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 8, arbitrary: frame.map((value) => (binary ? msgpack.encode(value, true) : Buffer.from(JSON.stringify(value)))) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: frame.map((value) => msgpack.encode(value, true).subarray(0, 20)) },
    // Maps, arrays, strings and binaries that claim four thousand million entries.
    { weight: 1, arbitrary: fc.constantFrom(0xdf, 0xdd, 0xdb, 0xc6).map((type) => Buffer.from([type, 255, 255, 255, 255, 1])) },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 100, max: 20_000 })
        .map((depth) => (binary ? Buffer.alloc(depth, 0x91) : Buffer.from('['.repeat(depth)))),
    },
  )

const hostileRequest = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS'),
  path: fc
    .array(
      fc.oneof(
        {
          weight: 6,
          arbitrary: fc.constantFrom(
            'channels',
            'secret',
            'open%3A1',
            'messages',
            'presence',
            'history',
            'annotations',
            'versions',
            'keys',
            'local.weak',
            'requestToken',
            'revokeTokens',
            'apps',
            'stats',
            '%E0%A4%A',
            '..',
            '',
          ),
        },
        { weight: 1, arbitrary: fc.webPath({ size: 'small' }) },
      ),
      { maxLength: 5 },
    )
    .map((parts) => `/${parts.join('/')}`.replaceAll('//', '/')),
  query: fc.oneof(
    fc.constant(''),
    fc.webQueryParameters({ size: 'small' }).map((query) => `?${query}`),
    fc.constantFrom('?limit=1e9', '?direction=x', '?format=msgpack', '?key=', '?clientId=eve'),
  ),
  authorization: fc.constantFrom(
    '',
    `Basic ${btoa(weak)}`,
    'Basic !!!',
    'Bearer a.b.c',
    'Bearer e30.e30.e30',
    `Basic ${btoa('local.dev:wrong')}`,
  ),
  type: fc.constantFrom('application/json', 'application/x-msgpack', 'text/plain'),
  body: fc.oneof(
    fc.constant(Buffer.alloc(0)),
    anything.map((value) => Buffer.from(JSON.stringify(value) ?? '')),
    message.map((value) => Buffer.from(JSON.stringify(value))),
    fc
      .record(
        { channels: anything, messages: anything, targets: anything, keys: anything, ttl: anything, capability: anything },
        { requiredKeys: [] },
      )
      .map((value) => Buffer.from(JSON.stringify(value))),
    message.map((value) => msgpack.encode(value, true)),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  ),
})

function nested(depth: number): unknown {
  let value: unknown = 'x'
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value }
  return value
}

const STACK = /\bat \S+ \(|\.ts:\d+|node:internal|node_modules/

it(`outlives ${COUNT} hostile frames and requests (seed ${SEED})`, { timeout: 1_200_000 }, async () => {
  const uncaught: unknown[] = []
  const note = (error: unknown): void => void uncaught.push(error)
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
  const server = await serve({ keys: [admin, { key: weak, capability: { 'open:1': ['subscribe'] } }] })
  const before = heap()
  const frames = Math.ceil(COUNT * 0.75)
  for (const [index, binary] of [true, false].entries()) await throwFrames(server, binary, Math.ceil(frames / 2), SEED + index)
  await throwRequests(server, COUNT - frames, SEED + 2)
  expect(uncaught).toEqual([])
  await expectUntouched(server)
  const grown = heap() - before
  expect(grown).toBeLessThan(MEMORY_BOUND)
  console.log(`${COUNT} hostile frames and requests, seed ${SEED}: heap grew by ${(grown / 1024 / 1024).toFixed(1)} MiB`)
  process.off('uncaughtException', note)
  process.off('unhandledRejection', note)
})

/** Sends frames over sockets of the weak key and of nobody; a socket that the server ended is replaced. */
async function throwFrames(server: LocalAbly, binary: boolean, count: number, seed: number): Promise<void> {
  const format = binary ? 'msgpack' : 'json'
  for (let sent = 0; sent < count;) {
    const batch = fc.sample(hostileBytes(binary), { numRuns: Math.min(50, count - sent), seed: seed + sent })
    const key = sent % 7 === 6 ? 'nobody.here:x' : weak
    const socket = await RawSocket.open(server, { format, key, clientId: 'mallory', echo: 'false' })
    for (const bytes of batch) if (!socket.closed) socket.send(bytes)
    sent += batch.length
    socket.send(binary ? msgpack.encode({ action: 7 }) : '{"action":7}')
    await socket.until(({ closed }) => closed)
    expect(socket.frames.filter((answer) => STACK.test(JSON.stringify(answer)))).toEqual([])
    // What the weak key may not do is never acknowledged.
    expect(socket.frames.filter(({ action }) => action === 1)).toEqual([])
  }
}

async function throwRequests(server: LocalAbly, count: number, seed: number): Promise<void> {
  let made: HostileRequest[] = []
  for (let sent = 0; sent < count; sent += 50) {
    if (made.length === 0) made = fc.sample(hostileRequest, { numRuns: Math.min(1000, count - sent), seed: seed + sent })
    const answers = await Promise.all(made.splice(0, 50).map((each) => ask(server, each)))
    expect(answers.filter(({ status, text }) => status === 0 || STACK.test(text))).toEqual([])
  }
}

interface HostileRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly authorization: string
  readonly type: string
  readonly body: Buffer
}

function ask(
  server: LocalAbly,
  { method, path, query, authorization, type, body }: HostileRequest,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': type,
      'content-length': body.byteLength,
      ...(authorization === '' ? {} : { authorization }),
    }
    const outgoing = request(
      { host: '127.0.0.1', port: server.port, method, path: encodeURI(path + query).replaceAll('%25', '%'), headers },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Nothing of it left a trace on any channel: no message, no member. */
async function expectUntouched(server: LocalAbly): Promise<void> {
  const client = rest(server, { key: admin })
  for (const name of ['open:1', 'secret', 'secret:2', '__proto__', 'constructor', 'messages', 'channels']) {
    const channel = client.channels.get(name)
    expect((await channel.history()).items).toEqual([])
    expect((await channel.presence.get({})).items).toEqual([])
    expect((await channel.presence.history()).items).toEqual([])
  }
}

/** What is really in use: collected first, with the collector that V8 hides unless asked. */
function heap(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}
