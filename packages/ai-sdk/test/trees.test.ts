// @vitest-environment happy-dom
import type { LocalAbly } from '@streamfold/local-ably'
import { emptyConversation, normalise, reduce, selectMessages, selectPath } from '@streamfold/core'
import { aiTransport } from '@streamfold/core/ai-transport'
import type { Codec } from '@streamfold/core/codec'
import { driver as reactBinding } from '@streamfold/test-support/react/driver'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { theirAgent } from '@streamfold/test-support/their-agent'
import type { TheirClient } from '@streamfold/test-support/their-client'
import { theirClient } from '@streamfold/test-support/their-client'
import { ourPerson, playTree as playTheirTree, theirAnswers, theirPerson } from '@streamfold/test-support/their-tree'
import { driver as vueBinding } from '@streamfold/test-support/vue/driver'
import * as fc from 'fast-check'
import { Readable } from 'node:stream'
import { main } from 'streamfold'
import { expect, it, onTestFinished } from 'vitest'
import { createChatTransport } from '../src/index.ts'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import { playTree, step } from './play-tree.ts'

const trees = fc.sample(fc.array(step, { minLength: 8, maxLength: 14 }), { seed: 16, numRuns: 12 })

/** A reader, by what it shows: the texts of its messages. */
interface Reader {
  readonly name: string
  readonly open: (place: Place) => Promise<() => readonly string[] | Promise<readonly string[]>>
}

interface Place {
  readonly server: LocalAbly
  readonly name: string
  /** The format of the channel; undefined for Streamfold's own. */
  readonly codec: Codec | undefined
}

const conversation = (name: string, { mount }: typeof reactBinding): Reader => ({
  name,
  async open({ server, name: channelName, codec }) {
    const mounted = mount(realtime(server, { clientId: 'ann' }), { channelName, codec })
    onTestFinished(() => mounted.unmount())
    return () => mounted.screen().rows.map(({ text }) => text)
  },
})

const chat = ({ framework, mount }: ChatDriver): Reader => ({
  name: `useChat of ${framework}`,
  async open({ server, name, codec }) {
    const channel = realtime(server, { clientId: 'ann' }).channels.get(name)
    const mounted = mount(createChatTransport(channel, { agent: 'agent', codec }))
    onTestFinished(() => mounted.unmount())
    return () => mounted.lines().map((line) => line.slice(line.indexOf(': ') + 2))
  },
})

/** Records the channel, and replays the record so far. */
const commandLine: Reader = {
  name: 'the command line',
  async open({ server, name, codec }) {
    const interruption = new AbortController()
    const host = { env: {}, stderr: { write: () => {} }, interrupted: () => interruption.signal }
    const format = codec ? ['--ai-transport'] : []
    let log = ''
    const recording = main(['record', name, '--local', String(server.port), ...format], {
      ...host,
      stdin: Readable.from([]),
      stdout: { write: (text) => (log += text) },
    })
    onTestFinished(async () => {
      interruption.abort()
      await recording
    })
    return async () => {
      let printed = ''
      const stdout = { write: (text: string) => (printed += text) }
      await main(['replay', '-', '--json'], { ...host, stdin: Readable.from([log]), stdout })
      const lines = printed.split('\n').filter((line) => line !== '')
      return lines.map((line) => (JSON.parse(line) as { readonly text: string }).text) // As replay prints messages.
    }
  },
}

/** A view that is open stays on its branch when others edit; this one goes to the newest, as a fresh one does. */
const theirReader: Reader = {
  name: 'the client of AI Transport',
  async open({ server, name }) {
    const client = await openTheirs(server, name, 'carl')
    await client.load()
    return () => {
      client.goToNewest()
      return client.shown().map(({ text }) => text)
    }
  },
}

async function openTheirs(server: LocalAbly, name: string, clientId: string): Promise<TheirClient> {
  const client = await theirClient(realtime(server, { clientId }), name)
  onTestFinished(() => client.session.close())
  return client
}

/** Every reader of Streamfold that shows one branch, in any format. */
const readers: readonly Reader[] = [
  conversation('useConversation of React', reactBinding),
  conversation('useConversation of Vue', vueBinding),
  ...drivers.map(chat),
  commandLine,
]

/** Plays a tree while readers follow it, and opens others afterwards. All show the default path. */
async function expectSamePath(place: Place, all: readonly Reader[], playing: () => Promise<void>): Promise<void> {
  const { server, name, codec } = place
  const opened = () => Promise.all(all.map(({ open }) => open(place)))
  const live = await opened()
  await playing()
  const channel = realtime(server, { clientId: 'reader' }).channels.get(name)
  const { items } = await channel.history({ direction: 'forwards', limit: 1000 })
  const events = items.map((item) => normalise(item, { agent: 'agent', source: 'history', codec }))
  const state = events.reduce(reduce, emptyConversation())
  const path = selectPath(state).map(({ text }) => text)
  expect(path.length).toBeLessThan(selectMessages(state).length)
  const reloaded = await opened()
  for (const [how, pages] of [
    ['live', live],
    ['after a reload', reloaded],
  ] as const)
    for (const [at, shown] of pages.entries()) await expect.poll(shown, { message: `${all[at]!.name}, ${how}` }).toEqual(path)
}

const numbered = trees.map((steps, index) => [index + 1, steps] as const)

it.each(numbered)('tree %i: every reader shows the same path, live and after a reload', async (index, steps) => {
  const server = await serve()
  const name = `ai:tree-${index}`
  const clients = new Map(['ann', 'ben', 'agent'].map((id) => [id, realtime(server, { clientId: id }).channels.get(name)]))
  await expectSamePath({ server, name, codec: undefined }, readers, () => playTree(steps, (clientId) => clients.get(clientId)!))
})

it.each(numbered)(
  'tree %i, by people with our client and with AI Transport’s: so does its client, live and after a reload',
  async (index, steps) => {
    const server = await serve()
    const name = `ai:their-tree-${index}`
    const agent = await theirAgent(realtime(server, { clientId: 'agent' }), name)
    const people = new Map([
      ['ann', ourPerson(realtime(server, { clientId: 'ann' }).channels.get(name), 'ann', 'agent')],
      ['ben', theirPerson(await openTheirs(server, name, 'ben'))],
    ])
    const answers = theirAnswers(agent, realtime(server, { clientId: 'eve' }).channels.get(name))
    await expectSamePath({ server, name, codec: aiTransport }, [...readers, theirReader], () =>
      playTheirTree(steps, (by) => people.get(by)!, answers),
    )
  },
)
