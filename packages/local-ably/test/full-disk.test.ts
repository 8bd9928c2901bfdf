import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { Realtime, Rest } from 'ably'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { connected, Received, rest, serve } from './fixture.ts'
import { RawSocket } from './raw-socket.ts'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

afterEach(() => vi.restoreAllMocks())

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'local-ably-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A disk that is full while `full` is true: SQLite says so when a transaction is committed, as with a real one. */
function disk(): { full: boolean } {
  const state = { full: false }
  const exec = DatabaseSync.prototype.exec
  vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql: string) {
    if (sql === 'COMMIT' && state.full) {
      exec.call(this, 'ROLLBACK')
      throw new Error('database or disk is full')
    }
    exec.call(this, sql)
  })
  return state
}

it('refuses what a full disk did not take, serves on, and stores again when there is room', async () => {
  const space = disk()
  const server = await serve({ data: join(folder(), 'a.sqlite') })
  const channel = (await connected(server, { clientId: 'ann' })).channels.get('room')
  const { serials } = await channel.publish('n', 'before')
  space.full = true
  await expect(channel.publish('n', 'lost')).rejects.toMatchObject({ code: 50000, message: expect.stringContaining('full') })
  await expect(rest(server).channels.get('room').publish('n', 'lost')).rejects.toMatchObject({ code: 50000 })
  await expect(channel.appendMessage({ serial: serials[0], data: ' lost' } as never)).rejects.toMatchObject({ code: 50000 })
  await expect(channel.updateMessage({ serial: serials[0], data: 'lost' } as never)).rejects.toMatchObject({ code: 50000 })
  space.full = false
  await channel.appendMessage({ serial: serials[0], data: ' after' } as never)
  await channel.publish('n', 'second')
  const { items } = await rest(server).channels.get('room').history({ direction: 'forwards' })
  expect(items.map(({ data }) => data as unknown)).toEqual(['before after', 'second'])
})

it('takes a message whose first attempt found no room when it is sent again', async () => {
  const space = disk()
  const server = await serve({ data: join(folder(), 'a.sqlite') })
  const channel = (await connected(server)).channels.get('room')
  space.full = true
  await expect(channel.publish({ id: 'one', data: 'd' })).rejects.toMatchObject({ code: 50000 })
  space.full = false
  await channel.publish({ id: 'one', data: 'd' })
  expect((await channel.history()).items).toHaveLength(1)
})

it('tells subscribers, who were sent what could not be stored, that they have lost continuity', async () => {
  const space = disk()
  const server = await serve({ data: join(folder(), 'a.sqlite') })
  const channel = (await connected(server)).channels.get('room')
  const received = await Received.on(channel)
  const other = (await connected(server)).channels.get('other')
  await other.attach()
  const told: boolean[] = []
  channel.on('update', ({ resumed }) => told.push(resumed))
  other.on('update', ({ resumed }) => told.push(resumed))
  space.full = true
  await expect(rest(server).channels.get('room').publish('n', 'lost')).rejects.toMatchObject({ code: 50000 })
  space.full = false
  await channel.publish('n', 'kept')
  await received.until(({ data }) => data === 'kept')
  expect(told).toEqual([false])
})

it('sends the next message whole to a subscriber of deltas', async () => {
  const space = disk()
  const server = await serve({ data: join(folder(), 'a.sqlite') })
  const socket = await RawSocket.open(server)
  socket.send({ action: 10, channel: 'room', params: { delta: 'vcdiff' } })
  await socket.frame(({ action }) => action === 11)
  const channel = rest(server).channels.get('room')
  space.full = true
  await expect(channel.publish('n', 'x'.repeat(1000))).rejects.toMatchObject({ code: 50000 })
  space.full = false
  await channel.publish('n', `${'x'.repeat(1000)}y`)
  await socket.until(({ frames }) => frames.filter(({ action }) => action === 15).length === 2)
  const sent = socket.frames.findLast(({ action }) => action === 15)?.['messages'] as { extras?: { delta?: unknown } }[]
  expect(sent[0]?.extras?.delta).toBeUndefined()
  socket.close()
})

it('refuses what a statement could not write, and the rest of its transaction with it', async () => {
  const file = join(folder(), 'a.sqlite')
  const exec = DatabaseSync.prototype.exec
  vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql: string) {
    exec.call(this, sql)
    if (sql.includes('journal_mode')) exec.call(this, 'PRAGMA max_page_count = 40; PRAGMA cache_size = 4')
  })
  const server = await serve({ data: file })
  const channel = (await connected(server)).channels.get('room')
  const kept: string[] = []
  let refused = 0
  for (let index = 0; index < 20; index++) {
    const batch = Array.from({ length: 5 }, async (_, each) => {
      const text = `${index}.${each}:${'x'.repeat(4000)}`
      await channel.publish('n', text).then(
        () => kept.push(text),
        () => refused++,
      )
    })
    await Promise.all(batch)
  }
  expect([kept.length > 0, refused > 0]).toEqual([true, true])
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
  const { items } = await rest(server).channels.get('room').history({ direction: 'forwards', limit: 1000 })
  expect(items.map(({ data }) => data as unknown)).toEqual(kept)
})

it.skipIf(process.platform === 'win32')(
  'outlives a file that may not grow, and keeps all it acknowledged',
  { timeout: 60_000 },
  async () => {
    const file = join(folder(), 'a.sqlite')
    const start = async (limit: string) => {
      const command = `ulimit -f ${limit}; exec '${process.execPath}' '${cli}' --port 0 --data '${file}'`
      const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] })
      const [output] = (await once(child.stdout, 'data')) as [Buffer]
      const port = Number(/localhost:(\d+)/.exec(String(output))?.[1])
      return { child, options: { endpoint: 'localhost', port, tls: false, key: 'local.dev:streamfold', logLevel: 0 } as const }
    }
    const limited = await start('300')
    const client = new Realtime({ ...limited.options, transports: ['web_socket'], disableConnectivityCheck: true })
    const channel = client.channels.get('room')
    const kept: string[] = []
    let refused = 0
    for (let index = 0; index < 60; index++) {
      const text = `${index}:${'x'.repeat(20_000)}`
      await channel.publish('n', text).then(
        () => kept.push(text),
        () => refused++,
      )
    }
    expect([kept.length > 0, refused > 0]).toEqual([true, true])
    expect(limited.child.exitCode).toBeNull()
    client.close()
    limited.child.kill('SIGKILL')
    await once(limited.child, 'exit')
    const free = await start('unlimited')
    const { items } = await new Rest(free.options).channels.get('room').history({ direction: 'forwards', limit: 1000 })
    expect(items.map(({ data }) => data as unknown)).toEqual(kept)
    free.child.kill('SIGTERM')
    await once(free.child, 'exit')
  },
)
