import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import * as fc from 'fast-check'
import msgpack from '@ably/msgpack-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { systemClock } from '../src/shared/clock.ts'
import { serve, type LocalAbly } from './fixture.ts'
import { RawSocket } from './raw-socket.ts'

const SEED = Number(process.env['LOCAL_ABLY_SEED'] ?? 20_261_127)
const STACK = /\bat \S+ \(|\.ts:\d+|node:internal|node_modules|is not a function|Cannot read/

const uncaught: unknown[] = []
const note = (error: unknown): void => void uncaught.push(error)
let server: LocalAbly

beforeEach(async () => {
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
  server = await serve()
})

afterEach(() => {
  process.off('uncaughtException', note)
  process.off('unhandledRejection', note)
  expect(uncaught.splice(0)).toEqual([])
})

/** One value of every kind that JSON can say, and some that only a mistake writes. */
const ODD: readonly unknown[] = [
  7,
  -1,
  0,
  1e308,
  2 ** 53,
  null,
  true,
  false,
  [],
  ['local.dev'],
  [[[]]],
  {},
  { toString: 'x' },
  { length: 3 },
  '',
  ' ',
  '.',
  '.'.repeat(100),
  '__proto__',
  'constructor.prototype',
  'a\u0000b',
  '\uD800',
  'x'.repeat(4000),
]
const odd = fc.oneof(fc.constantFrom(...ODD), fc.jsonValue({ maxDepth: 3 }), fc.string(), fc.double(), fc.constant(undefined))

const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A JWT signed with the key of the server. */
function jwt(header: unknown, claims: unknown): string {
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${createHmac('sha256', 'streamfold').update(signed).digest('base64url')}`
}

const HEADER = { alg: 'HS256', typ: 'JWT', kid: 'local.dev' }
const claimsNow = (): object => ({ iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 3600 })

/** Presents a token everywhere a token can be presented; nothing may end the server or say where it failed. */
async function present(token: string): Promise<void> {
  const query = new URLSearchParams({ access_token: token, v: '6', format: 'json' })
  await hangUp(`GET /?${query.toString()} HTTP/1.1\r\n${UPGRADE}`)
  const channel = `${server.url}/channels/room/messages`
  const encoded = Buffer.from(token).toString('base64')
  for (const [url, headers] of [
    [`${channel}?${query.toString()}`, {}],
    [channel, { authorization: `Bearer ${token.replaceAll(/[^\x21-\x7E]/g, '')}` }],
    [channel, { authorization: `Bearer ${encoded}` }],
  ] as const) {
    const text = await (await fetch(url, { headers })).text()
    expect(text).not.toMatch(STACK)
  }
}

const UPGRADE =
  'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

/** Writes bytes on a new socket; resolves with what came back until the server closed, or answered. */
function hangUp(...chunks: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1')
    // Where nothing is answered because the request is not complete.
    socket.setTimeout(300, () => socket.destroy())
    let text = ''
    socket.on('data', (data) => {
      text += data.toString('latin1')
      socket.end()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
    for (const chunk of chunks) socket.write(chunk)
  })
}

async function expectServing(): Promise<void> {
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
  const socket = await RawSocket.open(server)
  await socket.frame(({ action }) => action === 4)
  socket.close()
}

it.each(ODD.map((kid) => [JSON.stringify(kid).slice(0, 30), kid] as const))(
  'outlives a token whose kid is %s',
  async (_name, kid) => {
    await present(jwt({ ...HEADER, kid }, claimsNow()))
    await expectServing()
  },
)

it('outlives tokens whose header and claims are of any type', { timeout: 60_000 }, async () => {
  const names = ['exp', 'iat', 'x-ably-capability', 'x-ably-clientId', 'x-ably-revocation-key', 'x-ably-token', 'nbf', 'sub']
  const claims = fc.record(Object.fromEntries(names.map((name) => [name, odd])), { requiredKeys: [] })
  const headers = fc.record({ alg: odd, typ: odd, kid: odd, crit: odd, b64: odd, zip: odd, jwk: odd }, { requiredKeys: [] })
  await fc.assert(
    fc.asyncProperty(fc.oneof(headers, odd), fc.oneof(claims, odd), async (header, claim) => {
      await present(jwt(header ?? null, claim ?? null))
      const signed = jwt(HEADER, typeof claim === 'object' ? { ...claimsNow(), ...claim } : (claim ?? null))
      await present(signed)
      const socket = await RawSocket.open(server)
      socket.send({ action: 17, auth: { accessToken: signed } })
      await socket.until(({ closed, frames }) => closed || frames.length > 1)
      expect(JSON.stringify(socket.frames)).not.toMatch(STACK)
      socket.close()
    }),
    { numRuns: 60, seed: SEED },
  )
  await expectServing()
})

it('outlives what is no JWT', async () => {
  for (const token of [
    '',
    '.',
    '..',
    '...',
    'a.b.c',
    '!.!.!',
    'e30.e30.e30',
    `${part('{')}.e30.x`,
    '\u0000.\u0000.\u0000',
    '%',
    '%ff.%ff.%ff',
  ]) {
    await present(token)
  }
  await expectServing()
})

it('waits for the end of a token that lives for centuries, and does not ask for the next one in a loop', () => {
  vi.useFakeTimers()
  const task = vi.fn<() => void>()
  systemClock.after(1e13, task)
  vi.advanceTimersByTime(9e12)
  expect(task).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1e12)
  expect(task).toHaveBeenCalledOnce()
  const cancelled = vi.fn<() => void>()
  const cancel = systemClock.after(Number.POSITIVE_INFINITY, cancelled)
  vi.advanceTimersByTime(1e13)
  cancel()
  expect(cancelled).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

it('outlives query values of any kind on a socket', { timeout: 60_000 }, async () => {
  const names = [
    'key',
    'access_token',
    'clientId',
    'resume',
    'recover',
    'format',
    'heartbeats',
    'echo',
    'v',
    'remainPresentFor',
    'appendRollupWindow',
  ]
  const value = fc.oneof(
    fc.constantFrom(
      '',
      '%',
      '%ff',
      '%00',
      'NaN',
      'Infinity',
      '-1',
      '1e999',
      '!',
      '__proto__',
      'local.dev:streamfold',
      '[object Object]',
    ),
    fc.string({ unit: 'binary' }),
  )
  const query = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(query, async (pairs) => {
      const text = pairs.map(([name, each]) => `${name}=${each.startsWith('%') ? each : encodeURIComponent(each)}`).join('&')
      expect(await hangUp(`GET /?${text} HTTP/1.1\r\n${UPGRADE}`)).not.toMatch(STACK)
    }),
    { numRuns: 150, seed: SEED },
  )
  await expectServing()
})

it.each([
  ['a path that is not percent-encoded', 'GET /% HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['a path of half a character', 'GET /channels/%ff/messages HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['a path of slashes', 'GET //////? HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['a whole address', 'GET http://[/ HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['CONNECT', 'CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['TRACE', 'TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['an unknown method', 'BREW /pot HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['no host', 'GET /health HTTP/1.1\r\n\r\n'],
  ['two lengths', 'POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
  [
    'length and chunks',
    'POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n',
  ],
  [
    'a chunk that is no number',
    'POST /messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n',
  ],
  [
    'a chunk of terabytes',
    'POST /messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffff\r\nhello',
  ],
  ['header lines that are folded', 'GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n'],
  [
    'a header of bytes',
    Buffer.from(
      'GET /time HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\xff\r\nAccess-Control-Request-Headers: \xfe\x80\r\n\r\n',
      'latin1',
    ),
  ],
  ['credentials that are no base64', 'GET /channels/a/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic %%%\r\n\r\n'],
  ['credentials without a scheme', 'GET /channels/a/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization:    \r\n\r\n'],
  [
    'a client id that is no base64',
    `GET /channels/a/messages HTTP/1.1\r\nHost: localhost\r\nX-Ably-ClientId: \x7f%\r\nAuthorization: Basic ${btoa('local.dev:streamfold')}\r\n\r\n`,
  ],
  ['TLS', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])],
  ['an upgrade by POST', `POST / HTTP/1.1\r\n${UPGRADE}`],
  ['an upgrade to something else', 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
  [
    'an upgrade without a key',
    'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n',
  ],
  [
    'an upgrade of another version',
    'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  ],
  ['an upgrade on a path that is not percent-encoded', `GET /%ff/%?%&=%ff HTTP/1.1\r\n${UPGRADE}`],
  ['an upgrade on a path of slashes', `GET //?//?// HTTP/1.1\r\n${UPGRADE}`],
  [
    'an extension and a protocol that make no sense',
    `GET / HTTP/1.1\r\nSec-WebSocket-Extensions: ;;;\r\nSec-WebSocket-Protocol: ,,\r\n${UPGRADE}`,
  ],
])('outlives %s', async (_name, bytes) => {
  expect(await hangUp(bytes, '')).not.toMatch(STACK)
  await expectServing()
})

it('outlives a request, and an upgrade, whose client is gone at once', async () => {
  const authorization = `Authorization: Basic ${btoa('local.dev:streamfold')}`
  for (const text of [
    `POST /channels/a/messages HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\nContent-Length: 1000000\r\n\r\n{"data":`,
    `POST /channels/a/messages HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\nContent-Length: 99999999999999\r\n\r\n{"data":`,
    `GET /channels/a/messages HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\n\r\n`,
    `GET /?key=local.dev:streamfold HTTP/1.1\r\n${UPGRADE}`,
  ]) {
    for (const reset of [true, false]) {
      await new Promise<void>((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => {
          socket.write(text, () => {
            if (reset) socket.resetAndDestroy()
            else socket.destroy()
          })
        })
        socket.on('error', () => {})
        socket.on('close', () => resolve())
      })
    }
  }
  await expectServing()
})

it('answers a body that is too large with 413, and goes on', async () => {
  const headers = { authorization: `Basic ${btoa(server.key)}`, 'content-type': 'application/json' }
  const body = `{"data":"${'x'.repeat(3_000_000)}"}`
  const answer = await fetch(`${server.url}/channels/a/messages`, { method: 'POST', headers, body })
  expect(answer.status).toBe(413)
  await expectServing()
})

/** A masked frame as a client sends it. */
function wsFrame(first: number, payload: Buffer, lie?: number): Buffer {
  const length = lie ?? payload.byteLength
  const head = length < 126 ? Buffer.from([first, 0x80 | length]) : Buffer.alloc(10)
  if (length >= 126) {
    head[0] = first
    head[1] = 0xff
    head.writeBigUInt64BE(BigInt(length), 2)
  }
  return Buffer.concat([head, Buffer.alloc(4), payload])
}

it.each([
  ['text that is no UTF-8', wsFrame(0x81, Buffer.from([0xff, 0xfe, 0xed, 0xa0, 0x80]))],
  ['an opcode that is reserved', wsFrame(0x8b, Buffer.alloc(0))],
  ['a bit that is reserved', wsFrame(0xc1, Buffer.from('{}'))],
  ['no mask', Buffer.from([0x81, 2, 0x7b, 0x7d])],
  ['a continuation of nothing', wsFrame(0x80, Buffer.from('{}'))],
  ['a ping in pieces', wsFrame(0x09, Buffer.from('x'))],
  ['a ping that is too long', wsFrame(0x89, Buffer.alloc(200))],
  ['a close of one byte', wsFrame(0x88, Buffer.from([3]))],
  ['a close whose code is reserved', wsFrame(0x88, Buffer.from([3, 0xed]))],
  ['a close whose reason is no UTF-8', wsFrame(0x88, Buffer.from([3, 0xe8, 0xff]))],
  ['a length of exabytes', wsFrame(0x81, Buffer.from('{}'), Number.MAX_SAFE_INTEGER)],
  ['a length that is negative', Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
])('outlives a WebSocket frame with %s', async (_name, frame) => {
  for (const format of ['json', 'msgpack']) {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.on('close', () => resolve())
      socket.once('data', () => {
        socket.write(frame)
        setImmediate(() => socket.end())
      })
      socket.write(`GET /?key=local.dev:streamfold&format=${format} HTTP/1.1\r\n${UPGRADE}`)
      socket.resume()
    })
  }
  await expectServing()
})

it.each(['json', 'msgpack'])('outlives %s frames whose fields are of any type', { timeout: 60_000 }, async (format) => {
  const names = [
    'channel',
    'msgSerial',
    'channelSerial',
    'flags',
    'params',
    'messages',
    'presence',
    'annotations',
    'auth',
    'id',
    'connectionId',
    'count',
    'error',
  ]
  const item = fc.record(
    Object.fromEntries(
      [
        'action',
        'serial',
        'messageSerial',
        'type',
        'name',
        'data',
        'encoding',
        'extras',
        'clientId',
        'version',
        'count',
        'id',
      ].map((name) => [name, odd]),
    ),
    { requiredKeys: [] },
  )
  const field = fc.oneof(odd, fc.array(item, { maxLength: 3 }), item)
  const frame = fc.record(
    { action: fc.oneof(fc.integer({ min: 0, max: 25 }), odd), ...Object.fromEntries(names.map((name) => [name, field])) },
    { requiredKeys: ['action'] },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 20 }), async (frames) => {
      // The key may do everything, so that handlers are reached and not only the checks before them.
      const socket = await RawSocket.open(server, { format, clientId: 'mallory' })
      socket.send({ action: 10, channel: 'room' })
      for (const each of frames) {
        if (socket.closed) break
        const named = { msgSerial: 1, channel: 'room', ...each }
        socket.send(format === 'msgpack' ? msgpack.encode(JSON.parse(JSON.stringify(named)), true) : JSON.stringify(named))
      }
      socket.send(format === 'msgpack' ? msgpack.encode({ action: 7 }, true) : '{"action":7}')
      await socket.until(({ closed }) => closed)
      expect(JSON.stringify(socket.frames)).not.toMatch(STACK)
    }),
    { numRuns: 150, seed: SEED },
  )
  await expectServing()
})

it('outlives REST bodies whose fields are of any type', { timeout: 60_000 }, async () => {
  const names = [
    'data',
    'encoding',
    'extras',
    'clientId',
    'id',
    'name',
    'action',
    'serial',
    'version',
    'channels',
    'messages',
    'targets',
    'issuedBefore',
    'keyName',
    'capability',
    'ttl',
    'timestamp',
    'nonce',
    'mac',
    'type',
    'keys',
    'namespaces',
    'limits',
  ]
  const body = fc.oneof(odd, fc.record(Object.fromEntries(names.map((name) => [name, odd])), { requiredKeys: [] }))
  const route = fc.constantFrom(
    'POST /channels/room/messages',
    'PATCH /channels/room/messages/x',
    'POST /channels/room/messages/x/annotations',
    'POST /messages',
    'POST /keys/local.dev/requestToken',
    'POST /keys/local.dev/revokeTokens',
    'POST /apps',
    'POST /stats',
    'POST /faults',
  )
  await fc.assert(
    fc.asyncProperty(route, fc.oneof(body, fc.array(body, { maxLength: 3 })), fc.boolean(), async (to, value, binary) => {
      const [method = '', path = ''] = to.split(' ')
      const plain = JSON.parse(JSON.stringify(value ?? null)) as unknown
      const answer = await fetch(server.url + path, {
        method,
        headers: {
          authorization: `Basic ${btoa(server.key)}`,
          'content-type': binary ? 'application/x-msgpack' : 'application/json',
        },
        body: binary ? msgpack.encode(plain, true) : JSON.stringify(plain),
      })
      expect(answer.status).toBeLessThan(500)
      expect(await answer.text()).not.toMatch(STACK)
    }),
    { numRuns: 300, seed: SEED },
  )
  await expectServing()
})

it.each([
  ['a name of the prototype', '{"__proto__":{"data":1},"constructor":{"prototype":{"data":1}},"data":"x"}'],
  ['ten thousand levels', `{"data":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
  ['extras of ten thousand levels', `{"extras":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`],
  ['a number beyond all', '{"data":"x","extras":{"headers":{"n":1e999}}}'],
  ['half a surrogate pair', '{"data":"\\ud800","name":"\\udfff","id":"\\ud800"}'],
  [
    'bytes that are no UTF-8',
    Buffer.from([0x7b, 0x22, 0x64, 0x61, 0x74, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
  ],
  ['base64 that is none', '{"data":"%%%%","encoding":"base64"}'],
  ['a mark of byte order', '\uFEFF{"data":"x"}'],
  ['nothing', ''],
])('outlives a body with %s', async (_name, body) => {
  const headers = { authorization: `Basic ${btoa(server.key)}`, 'content-type': 'application/json' }
  const answer = await fetch(`${server.url}/channels/room/messages`, { method: 'POST', headers, body })
  expect(answer.status).toBeLessThan(500)
  expect(await answer.text()).not.toMatch(STACK)
  await expectServing()
})
