import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { describe, expect, it } from 'vitest'
import { rest, serve, type LocalAbly } from './fixture.ts'

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** A request with exactly these headers: `fetch` does not send a chosen Host or Origin. */
function ask(
  server: LocalAbly,
  headers: Record<string, string | readonly string[]>,
  method = 'GET',
  path = '/time',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = { host: `localhost:${server.port}`, ...headers } as Record<string, string>
    const outgoing = httpRequest({ host: '127.0.0.1', port: server.port, method, path, headers: sent })
    outgoing.on('error', reject)
    outgoing.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: '' })
    })
    outgoing.on('response', (response) => {
      let text = ''
      response.on('data', (data: Buffer) => (text += data.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    outgoing.end()
  })
}

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

/** What a browser may try with this origin and host: to read, to ask whether it may, and to connect. */
async function tries(server: LocalAbly, headers: Record<string, string | readonly string[]>): Promise<readonly number[]> {
  const preflight = { 'access-control-request-method': 'POST', 'access-control-request-private-network': 'true' }
  const answers = [
    await ask(server, headers),
    await ask(server, { ...headers, ...preflight }, 'OPTIONS'),
    await ask(server, { ...headers, ...UPGRADE }, 'GET', '/?key=local.dev:streamfold&v=6'),
  ]
  for (const { status, headers: sent } of answers) {
    if (status !== 403) continue
    expect(sent['access-control-allow-origin']).toBeUndefined()
    expect(sent['access-control-allow-private-network']).toBeUndefined()
  }
  return answers.map(({ status }) => status)
}

const SERVED = [200, 204, 101]
const REFUSED = [403, 403, 403]

describe('pages', () => {
  it.each([
    'http://localhost:5173',
    'https://localhost',
    'http://127.0.0.1:8080',
    'http://127.0.0.2:3000',
    'http://[::1]:5173',
    'http://app.localhost:3000',
    'HTTP://LOCALHOST:5173',
  ])('of this machine are served: %s', async (origin) => {
    const server = await serve()
    expect(await tries(server, { origin })).toEqual(SERVED)
    const answer = await ask(server, { origin })
    expect(answer.headers['access-control-allow-origin']).toBe(origin)
    expect(answer.headers.vary).toContain('origin')
  })

  it.each([
    'http://evil.test',
    'https://evil.test:4510',
    'null',
    '',
    'file://',
    'http://localhost.evil.test',
    'http://127.0.0.1.evil.test',
    'http://evil-localhost',
    'http://localhost.',
    'http://127.0.0.1.',
    'http://localhost@evil.test',
    'http://localhost:5173@evil.test',
    'http://localhost:5173/path',
    'http://localhost:5173 http://evil.test',
    'http://localhost:5173, http://evil.test',
    'http://[::ffff:6.6.6.6]:5173',
    'http://[::2]',
    'http://6.6.6.6',
    'http://0.0.0.0:5173',
    'http://127.1',
    'http://2130706433',
    'http://0x7f.0.0.1',
    'http://128.0.0.1',
    'http://192.168.1.5:5173',
    'chrome-extension://abcdefghijklmnop',
    'http://loc\u00e4lhost',
    'http://xn--loclhost-1za',
    'localhost:5173',
    '//localhost',
    'javascript:localhost',
    'http://',
    'http://localhost:99999',
    'http://localhost:5173#',
  ])('of other sites are refused: %s', async (origin) => {
    const server = await serve()
    expect(await tries(server, { origin })).toEqual(REFUSED)
  })

  it('are refused where they send two origins', async () => {
    const server = await serve()
    expect(await tries(server, { origin: ['http://localhost', 'http://evil.test'] })).toEqual(REFUSED)
  })

  it('that load it as a picture or a script are refused, though they send no origin', async () => {
    const server = await serve()
    const hidden = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }
    expect((await ask(server, hidden)).status).toBe(403)
    // A link is followed by a person, and shows the answer to nobody else.
    expect((await ask(server, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'GET', '/health')).status).toBe(
      200,
    )
  })

  it('that the developer lists are served, and others of the same site are not', async () => {
    const server = await serve({ origins: ['https://app.test', 'http://Other.test:8080/', 'null'] })
    expect(await tries(server, { origin: 'https://app.test' })).toEqual(SERVED)
    expect(await tries(server, { origin: 'http://other.test:8080' })).toEqual(SERVED)
    expect(await tries(server, { origin: 'null' })).toEqual(SERVED)
    expect(await tries(server, { origin: 'http://app.test' })).toEqual(REFUSED)
    expect(await tries(server, { origin: 'https://app.test:8443' })).toEqual(REFUSED)
    expect(await tries(server, { origin: 'https://sub.app.test' })).toEqual(REFUSED)
  })

  it('may ask for a server on a private network, where they are served', async () => {
    const server = await serve()
    const preflight = { 'access-control-request-method': 'POST', 'access-control-request-private-network': 'true' }
    const answer = await ask(server, { origin: 'http://localhost:5173', ...preflight }, 'OPTIONS')
    expect(answer.headers['access-control-allow-private-network']).toBe('true')
  })

  it.each(['evil', 'https://app.test/path', 'https://', '*', 'ftp://app.test'])('cannot be listed as %s', async (origin) => {
    await expect(serve({ origins: [origin] })).rejects.toThrow(/unable to start; the origin ".*" is not like https:\/\/app\.test/)
  })
})

describe('hosts', () => {
  it.each(['localhost', 'LOCALHOST:4510', '127.0.0.1:4510', '[::1]:4510', '192.168.1.5:4510', 'app.localhost'])(
    'of this machine are answered for: %s',
    async (host) => {
      const server = await serve()
      expect(await tries(server, { host })).toEqual(SERVED)
    },
  )

  it.each([
    'evil.test',
    'evil.test:4510',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '127.0.0.1.nip.test',
    'localhost.',
    '127.0.0.1.',
    'localhost:4510@evil.test',
    'localhost:4510:evil.test',
    'localhost/evil.test',
    '[::1',
    '[evil.test]',
    '::1',
    '0x7f.1',
  ])('of others, whose names may lead here any moment, are not: %s', async (host) => {
    const server = await serve()
    for (const origin of [undefined, `http://${host}`, 'http://localhost:5173']) {
      expect(await tries(server, { host, ...(origin !== undefined && { origin }) })).toEqual(REFUSED)
    }
  })

  it('that the developer lists are answered for, and their pages are served', async () => {
    const server = await serve({ hosts: ['box.test', '.forwarded.test'] })
    for (const host of ['box.test:5173', 'BOX.test', 'a.forwarded.test', 'forwarded.test']) {
      expect(await tries(server, { host })).toEqual(SERVED)
      expect(await tries(server, { host, origin: `https://${host.toLowerCase()}` })).toEqual(SERVED)
    }
    // A proxy may say who asked with its own name.
    expect(await tries(server, { origin: 'https://a-5173.forwarded.test' })).toEqual(SERVED)
    for (const host of ['sub.box.test', 'evilforwarded.test', 'box.test.evil.test', 'xbox.test'])
      expect(await tries(server, { host })).toEqual(REFUSED)
  })

  it('that are addresses serve their own pages, as a phone on the same network opens them', async () => {
    const server = await serve()
    expect(await tries(server, { host: '192.168.1.5:5173', origin: 'http://192.168.1.5:5173' })).toEqual(SERVED)
    expect(await tries(server, { host: '192.168.1.5:5173', origin: 'http://192.168.1.6:5173' })).toEqual(REFUSED)
  })

  it.each(['https://box.test', 'box test', '*', 'a/b'])('cannot be listed as %s', async (host) => {
    await expect(serve({ hosts: [host] })).rejects.toThrow(/unable to start; the host ".*" is not like box\.test/)
  })
})

it('serves clients that are no browser as ever', async () => {
  const server = await serve()
  await rest(server).channels.get('room').publish('n', 'd')
  expect((await rest(server).channels.get('room').history()).items).toHaveLength(1)
})

it('says in its log which page it refused, and how to let it in', async () => {
  const log: string[] = []
  const server = await serve({ log: (line) => log.push(line) })
  await ask(server, { origin: 'http://evil.test' })
  expect(log.join('\n')).toContain('unable to serve the pages of "http://evil.test"; if they are yours, list the origin')
})

describe('faults and applications', () => {
  const basic = (key: string): Record<string, string> => ({ authorization: `Basic ${btoa(key)}` })
  const paths = [
    ['POST', '/faults', '{"type":"cut"}'],
    ['DELETE', '/faults', undefined],
    ['POST', '/apps', '{}'],
  ] as const

  it.each(paths)('%s %s needs a key that may do everything', async (method, path, body) => {
    const weak = 'local.weak:secret'
    const server = await serve({ keys: ['local.dev:streamfold', { key: weak, capability: { 'open:*': ['*'] } }] })
    const send = async (headers: Record<string, string>): Promise<number> => {
      const init = { method, headers: { 'content-type': 'application/json', ...headers }, ...(body !== undefined && { body }) }
      return (await fetch(server.url + path, init)).status
    }
    expect(await send({})).toBe(401)
    expect(await send(basic('local.dev:wrong'))).toBe(401)
    expect(await send(basic(weak))).toBe(401)
    const user = await rest(server).auth.requestToken({ clientId: 'ann', capability: { room: ['*'] } })
    expect(await send({ authorization: `Bearer ${user.token}` })).toBe(401)
    expect(await send(basic(server.key))).toBeLessThan(300)
    // In the address, where other programs write it down, it is as good.
    const url = `${server.url}${path}?key=${encodeURIComponent(server.key)}`
    const init = { method, headers: { 'content-type': 'application/json' }, ...(body !== undefined && { body }) }
    expect((await fetch(url, init)).status).toBeLessThan(300)
  })

  it('makes applications without a key where it is started for the test suites that have none', async () => {
    const server = await serve({ openApps: true })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
    expect((await fetch(`${server.url}/apps`, init)).status).toBe(201)
    expect((await fetch(`${server.url}/faults`, { ...init, body: '{"type":"cut"}' })).status).toBe(401)
  })
})
