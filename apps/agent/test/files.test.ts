import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Rest } from 'ably'
import type { ArchivedMessage } from '@streamfold/agent'
import { promptContents } from '@streamfold/core/codec'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createSqliteArchive } from '../src/data/sqlite-archive.ts'
import { createFileStore } from '../src/data/file-store.ts'
import { openDatabase } from '../src/data/database.ts'
import { createApp } from '../src/http/app.ts'
import { MAX_FILE } from '../src/http/routes/files-route.ts'
import { createLogger } from '../src/logger.ts'
import { gif, jpeg, pdf, png, webp } from './sample-files.ts'

const origin = 'http://localhost:5173'

function setup({ most = 50 * MAX_FILE, address }: { most?: number; address?: string } = {}) {
  const app = createApp({
    rest: new Rest({ key: 'app.key:very-secret-key' }),
    handler: () => Promise.reject(new Error('unused')),
    ready: () => true,
    logger: createLogger({ level: 'silent', format: 'json', contents: false }, { write: () => undefined }),
    rate: { perMinute: 600, burst: 100, now: () => 0 },
    origins: [origin],
    hosts: ['agent.example'],
    health: () => ({}),
    files: createFileStore(openDatabase(':memory:'), most),
    address,
  })
  const post = (
    body: BodyInit,
    type?: string,
    { name, headers = {} }: { name?: string; headers?: Record<string, string> } = {},
  ) =>
    app.request(`http://localhost:4520/files${name === undefined ? '' : `?name=${encodeURIComponent(name)}`}`, {
      method: 'POST',
      body,
      headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
    })
  return { app, post }
}

async function errorOf(response: Response) {
  const { error } = (await response.json()) as { error: { code: string; message: string } } // The documented shape.
  return [response.status, error.code, error.message]
}

describe('a file', () => {
  test.each([
    ['image/png', png(3, 2), 'inline'],
    ['image/jpeg', jpeg(3, 2), 'inline'],
    ['image/gif', gif(3, 2), 'inline'],
    ['image/webp', webp(3, 2), 'inline'],
    ['application/pdf', pdf, 'attachment'],
    ['text/plain', Buffer.from('Grüße'), 'attachment'],
  ])('of the type %s is stored, and comes back as it was, with headers that let it do nothing', async (type, data, how) => {
    const { app, post } = setup()
    const stored = await post(data, type, { name: 'a file.bin' })
    expect(stored.status).toBe(201)
    const body = (await stored.json()) as { url: string }
    expect(body).toEqual({
      url: expect.stringMatching(/^http:\/\/localhost:4520\/files\/[0-9a-f]{32}$/),
      mediaType: type,
      name: 'a file.bin',
      size: data.length,
    })
    expect(stored.headers.get('location')).toBe(body.url)
    const read = await app.request(body.url)
    expect(Buffer.from(await read.arrayBuffer())).toEqual(Buffer.from(data))
    expect(Object.fromEntries(read.headers)).toMatchObject({
      'content-type': type === 'text/plain' ? 'text/plain; charset=utf-8' : type,
      'content-length': String(data.length),
      'content-disposition': `${how}; filename="a file.bin"; filename*=UTF-8''a%20file.bin`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=31536000, immutable',
    })
  })

  test('is asked for its headers alone', async () => {
    const { app, post } = setup()
    const { url } = (await (await post(png(3, 2), 'image/png')).json()) as { url: string }
    const head = await app.request(url, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-type'), head.headers.get('content-length')]).toEqual([
      200,
      'image/png',
      String(png(3, 2).length),
    ])
    expect(await head.text()).toBe('')
  })

  test('may come in a form', async () => {
    const { app, post } = setup()
    const form = new FormData()
    form.set('file', new File([png(3, 2)], 'photo.png', { type: 'image/png' }))
    const stored = await post(form)
    expect(stored.status).toBe(201)
    const { url, name } = (await stored.json()) as { url: string; name: string }
    expect(name).toBe('photo.png')
    expect((await app.request(url)).headers.get('content-type')).toBe('image/png')
    const without = new FormData()
    without.set('file', 'text')
    expect(await errorOf(await post(without))).toEqual([400, 'no-file', expect.stringContaining('in the field `file`')])
    expect(await errorOf(await post('nonsense', 'multipart/form-data'))).toEqual([400, 'no-file', expect.anything()])
  })

  test('has the address under which readers reach the agent', async () => {
    const { post } = setup({ address: 'https://agent.example' })
    const { url } = (await (await post(png(3, 2), 'image/png')).json()) as { url: string }
    expect(url).toMatch(/^https:\/\/agent\.example\/files\/[0-9a-f]{32}$/)
  })

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ann\\photo.png', 'photo.png'],
    ['photo\u202egnp.exe', 'photognp.exe'],
    ['a\r\nset-cookie: x=1".png', 'aset-cookie x=1.png'],
    ['..', 'image.png'],
    ['', 'image.png'],
    [`${'x'.repeat(300)}.png`, `${'x'.repeat(96)}.png`],
    ['Грüße.png', 'Грüße.png'],
  ])('named %j is called %j', async (name, kept) => {
    const { app, post } = setup()
    const stored = (await (await post(png(3, 2), 'image/png', { name })).json()) as { url: string; name: string }
    expect(stored.name).toBe(kept)
    const header = (await app.request(stored.url)).headers.get('content-disposition')!
    expect(header).toMatch(/^inline; filename="[ -~]*"; filename\*=UTF-8''[^'()]*$/)
    expect(decodeURIComponent(header.split("''")[1]!)).toBe(kept)
  })
})

describe('what is refused', () => {
  test.each([
    ['a type that can run', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml', 415, 'wrong-type'],
    ['a page', '<p>hello', 'text/html', 415, 'wrong-type'],
    ['no type', 'hello', '', 415, 'wrong-type'],
    ['a name of an object as a type', 'hello', 'constructor', 415, 'wrong-type'],
    ['a page that says it is an image', '<script>alert(1)</script>', 'image/png', 422, 'wrong-contents'],
    ['an image of another type', gif(3, 2), 'image/png', 422, 'wrong-contents'],
    [
      'an SVG that says it is a PNG',
      '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
      'image/png',
      422,
      'wrong-contents',
    ],
    ['an image that ends too early', png(3, 2).subarray(0, 12), 'image/png', 422, 'wrong-contents'],
    ['a PDF that is none', 'hello', 'application/pdf', 422, 'wrong-contents'],
    ['text that is none', Buffer.from([0xff, 0xfe, 0x00]), 'text/plain', 422, 'wrong-contents'],
    ['an empty file', '', 'text/plain', 422, 'empty-file'],
  ])('%s', async (_, data, type, status, code) => {
    const { post } = setup()
    const sent = type === '' ? new Uint8Array(Buffer.from(data)) : data
    expect(await errorOf(await post(sent, type || undefined))).toEqual([
      status,
      code,
      expect.stringMatching(/^unable to keep the file; /),
    ])
  })

  test('a file that is too large, whatever its length is said to be', async () => {
    const { post } = setup()
    const large = new Uint8Array(MAX_FILE + 1).fill(0x61)
    const refused = [413, 'too-large', expect.stringContaining('larger than 5 MB')]
    expect(await errorOf(await post(large, 'text/plain'))).toEqual(refused)
    expect(await errorOf(await post(new Uint8Array(2 * MAX_FILE), 'text/plain', { headers: { 'content-length': '5' } }))).toEqual(
      refused,
    )
    expect((await post(large.subarray(1), 'text/plain')).status).toBe(201)
  })

  test('a file for which there is no room: others stay', async () => {
    const { app, post } = setup({ most: 10 })
    const { url } = (await (await post('12345678', 'text/plain')).json()) as { url: string }
    expect(await errorOf(await post('345', 'text/plain'))).toEqual([507, 'store-full', expect.stringContaining('full')])
    expect((await post('34', 'text/plain')).status).toBe(201)
    expect(await (await app.request(url)).text()).toBe('12345678')
  })

  test('a file from a page of another site, also where its request needs no permission', async () => {
    const { post } = setup()
    const from = (headers: Record<string, string>) => post('hello', 'text/plain', { headers })
    expect((await from({ origin: 'https://evil.example' })).status).toBe(403)
    expect((await from({ origin: 'null' })).status).toBe(403)
    expect((await from({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await from({ origin })).status).toBe(201)
    expect((await from({ origin: 'http://localhost:9999', 'sec-fetch-site': 'same-origin' })).status).toBe(201)
    expect((await from({})).status).toBe(201)
  })

  test.each(['../agent.sqlite', '%2e%2e%2fagent.sqlite', '..%5cagent.sqlite', 'a'.repeat(32), `${'a'.repeat(32)}/x`, '%00', ''])(
    'an address that is no file: /files/%s',
    async (path) => {
      const { app } = setup()
      const response = await app.request(`http://localhost:4520/files/${path}`)
      expect([404, 405]).toContain(response.status)
      expect(response.headers.get('content-type')).toContain('application/json')
    },
  )

  test('another method', async () => {
    const { app } = setup()
    expect((await app.request(`/files/${'a'.repeat(32)}`, { method: 'DELETE' })).status).toBe(405)
    expect((await app.request('/files', { method: 'GET' })).status).toBe(405)
  })

  test('a host that is not known', async () => {
    const { app } = setup()
    const headers = { host: 'evil.example', 'content-type': 'text/plain' }
    expect((await app.request('/files', { method: 'POST', body: 'x', headers })).status).toBe(403)
  })
})

test('a page of the apps may read from its script, and another may not', async () => {
  const { app, post } = setup()
  const { url } = (await (await post('hello', 'text/plain', { headers: { origin } })).json()) as { url: string }
  const allowed = async (from: string) =>
    (await app.request(url, { headers: { origin: from } })).headers.get('access-control-allow-origin')
  expect(await allowed(origin)).toBe(origin)
  expect(await allowed('https://evil.example')).toBeNull()
})

describe('a file is removed', () => {
  const hour = 3_600_000
  const file = { mediaType: 'text/plain', name: 'a.txt', data: new Uint8Array(4) }
  const prompt = (serial: string, text: string, version = serial, action: ArchivedMessage['action'] = 'message.update') => ({
    serial,
    action,
    name: 'prompt' as const,
    data: action === 'message.delete' ? '' : text,
    clientId: 'ann',
    timestamp: 1,
    version: { serial: version, timestamp: 1 },
    extras: { headers: { role: 'user' } },
  })
  function store(most = 100) {
    vi.useFakeTimers({ now: 100 * hour })
    onTestFinished(() => void vi.useRealTimers())
    const database = openDatabase(':memory:')
    const files = createFileStore(database, most)
    const archive = createSqliteArchive(database, files)
    const put = (...messages: readonly ArchivedMessage[]) => archive.put('ai:one', { messages, upTo: undefined })
    const add = () => files.put(file)!
    const data = (id: string) =>
      promptContents('look', [{ url: `https://agent.example/files/${id}`, mediaType: 'text/plain' }]).data
    return { database, files, add, data, put, has: (id: string) => files.get(id) !== undefined }
  }

  test('after a while if no message has it', async () => {
    const { files, add, data, put, has } = store()
    const [lost, kept, noted] = [add(), add(), add()]
    await put(prompt('s1', data(kept)))
    files.note('ai:two', 's1', `see http://localhost:4520/files/${noted}`)
    expect(files.removeUnused(Date.now())).toBe(0)
    vi.setSystemTime(101 * hour)
    expect(files.removeUnused(Date.now())).toBe(1)
    expect([lost, kept, noted].map(has)).toEqual([false, true, true])
  })

  test('when the last message that has it is deleted, or has it no longer', async () => {
    const { add, data, put, has } = store()
    const [one, two] = [add(), add()]
    await put(prompt('s1', data(one)), prompt('s2', data(one)), prompt('s3', data(two)))
    await put(prompt('s1', '', 's4', 'message.delete'), prompt('s3', 'without', 's5'))
    expect([one, two].map(has)).toEqual([true, false])
    // An older version changes nothing.
    await put(prompt('s1', data(one), 's1'), prompt('s2', '', 's6', 'message.delete'))
    expect(has(one)).toBe(false)
  })

  test('sooner where another one needs the room', () => {
    const { files, add, has } = store(8)
    const first = [add(), add()]
    expect(add()).toBeUndefined()
    files.note('ai:one', 's1', `/files/${first[1]}`)
    vi.setSystemTime(102 * hour)
    const third = add()
    expect([...first, third].map(has)).toEqual([false, true, true])
    expect(add()).toBeUndefined()
  })

  test('and not because an earlier version of the agent noted nothing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'streamfold-files-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const old = openDatabase(join(folder, 'agent.sqlite'))
    const id = createFileStore(old, 100).put(file)!
    old.prepare("INSERT INTO message VALUES ('ai:one', 's1', 's1', ?)").run(JSON.stringify({ data: `/files/${id}` }))
    old.exec('DROP TABLE file_use; PRAGMA user_version = 0')
    old.close()
    const database = openDatabase(join(folder, 'agent.sqlite'))
    expect(createFileStore(database, 100).removeUnused(Infinity)).toBe(0)
    database.close()
  })
})

test('files survive a restart of the agent, and agents on one database share them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'streamfold-files-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'agent.sqlite')
  const first = openDatabase(path)
  const id = createFileStore(first, 100).put({
    mediaType: 'text/plain',
    name: 'a.txt',
    data: new Uint8Array(Buffer.from('hello')),
  })!
  first.close()
  const second = openDatabase(path)
  const store = createFileStore(second, 8)
  expect(Buffer.from(store.get(id)!.data).toString()).toBe('hello')
  expect(store.put({ mediaType: 'text/plain', name: 'b.txt', data: new Uint8Array(4) })).toBeUndefined()
  expect(store.get('a'.repeat(32))).toBeUndefined()
  second.close()
})
