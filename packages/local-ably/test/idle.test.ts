import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { Apps } from '../src/apps/apps.ts'
import type { Broker } from '../src/apps/broker.ts'
import { publish } from '../src/channel/publish/publish.ts'
import { parseMessages } from '../src/message/inbound-message.ts'
import { resolveOptions, type LocalAblyOptions } from '../src/options/options.ts'
import { openStore } from '../src/store/open-store.ts'
import { connected, rest, serve } from './fixture.ts'
import { ManualClock } from './manual-clock.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'local-ably-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const DATA: readonly (readonly [string, () => string])[] = [
  ['memory', () => ':memory:'],
  ['a file', () => join(folder(), 'a.sqlite')],
]

async function apps(data: string, options: LocalAblyOptions = {}) {
  const clock = new ManualClock()
  const store = await openStore(data)
  onTestFinished(() => store.close())
  const made = new Apps(resolveOptions({ ...options, clock }), store)
  made.keepTidy()
  return { clock, store, apps: made }
}

function say(broker: Broker, name: string, text = 'x'): void {
  const principal = { keyName: 'k', capability: { '[*]*': ['*'] }, clientId: '*', kind: 'key' } as const
  publish(
    broker.channel(name),
    { principal, clientId: 'ann', connectionId: undefined, idBase: `${name}${text}` },
    parseMessages({ data: text }),
  )
}

const names = (broker: Broker): readonly string[] => [...broker.channels()].map(({ name }) => name)

it.each(DATA)('forgets channels that nobody uses, and keeps their messages as long as it says, in %s', async (_name, data) => {
  const {
    clock,
    store,
    apps: made,
  } = await apps(data(), { persistedRetention: HOUR, rules: { brief: { mutableMessages: false } } })
  for (let index = 0; index < 100; index++) {
    say(made.main, `room:${index}`)
    say(made.main, `brief:${index}`)
  }
  expect(names(made.main)).toHaveLength(200)
  clock.advance(MINUTE)
  expect(names(made.main)).toHaveLength(200)
  clock.advance(4 * MINUTE)
  expect(names(made.main)).toEqual([])
  expect([...store.channels()].filter((name) => name.startsWith('brief'))).toEqual([])
  expect(store.page('room:7', { direction: 'forwards', limit: 10 })).toHaveLength(1)
  clock.advance(HOUR)
  expect([...store.channels()]).toEqual([])
})

it('forgets what was only mentioned within a minute', async () => {
  const { clock, apps: made } = await apps(':memory:')
  for (let index = 0; index < 100; index++) made.main.channel(`mentioned:${index}`)
  clock.advance(MINUTE)
  expect(names(made.main)).toEqual([])
})

it('expires what the applications of test suites hold by their own rules', async () => {
  const { clock, store, apps: made } = await apps(':memory:', { persistedRetention: HOUR })
  const { appId } = made.create({ namespaces: [{ id: 'kept', persisted: true }] })
  const broker = made.byId(appId) as Broker
  say(broker, 'kept:1')
  say(broker, 'other')
  clock.advance(4 * MINUTE)
  expect([...store.channels()]).toEqual([`${appId}\nkept:1`])
  expect(names(broker)).toEqual([])
})

it('keeps channels with somebody attached or present, and their presence history', async () => {
  const clock = new ManualClock()
  const server = await serve({ clock })
  const client = await connected(server, { clientId: 'ann' })
  const channel = client.channels.get('room')
  await channel.presence.enter()
  await channel.publish('n', 'one')
  clock.advance(10 * MINUTE)
  expect(await channel.presence.get()).toHaveLength(1)
  await channel.presence.leave()
  await channel.detach()
  clock.advance(10 * MINUTE)
  expect((await rest(server).channels.get('room').presence.history()).items.length).toBeGreaterThan(1)
  expect((await rest(server).channels.get('room').history()).items).toHaveLength(1)
})

it('lets a client resume a channel that was idle meanwhile', async () => {
  const clock = new ManualClock()
  const server = await serve({ clock })
  const client = await connected(server, { clientId: 'ann', disconnectedRetryTimeout: 20 })
  const channel = client.channels.get('room')
  await channel.attach()
  clock.advance(5 * MINUTE)
  const back = new Promise<boolean>((resolve) => {
    channel.on(['attached', 'update'], ({ resumed }) => resolve(resumed))
  })
  server.faults.cut({ clientId: 'ann', refuseFor: 90_000 })
  await client.connection.whenState('disconnected')
  clock.advance(MINUTE + 40_000)
  expect(await back).toBe(true)
})
