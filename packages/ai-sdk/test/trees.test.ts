// @vitest-environment happy-dom
import type { LocalAbly } from '@streamfold/local-ably'
import { emptyConversation, normalise, reduce, selectMessages, selectPath } from '@streamfold/core'
import { driver as reactBinding } from '@streamfold/test-support/react/driver'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { driver as vueBinding } from '@streamfold/test-support/vue/driver'
import * as fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { createChatTransport } from '../src/index.ts'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import { so } from './fixture.ts'
import { playTree, step } from './play-tree.ts'

const trees = fc.sample(fc.array(step, { minLength: 8, maxLength: 14 }), { seed: 16, numRuns: 12 })

/** A page, by what it shows: the texts of its messages. */
interface Reader {
  readonly name: string
  readonly open: (server: LocalAbly, channelName: string) => () => readonly string[]
}

const conversation = (name: string, { mount }: typeof reactBinding): Reader => ({
  name,
  open(server, channelName) {
    const mounted = mount(realtime(server, { clientId: 'ann' }), { channelName })
    onTestFinished(() => mounted.unmount())
    return () => mounted.screen().rows.map(({ text }) => text)
  },
})

const chat = ({ framework, mount }: ChatDriver): Reader => ({
  name: `useChat of ${framework}`,
  open(server, channelName) {
    const channel = realtime(server, { clientId: 'ann' }).channels.get(channelName)
    const mounted = mount(createChatTransport(channel, { agent: 'agent' }))
    onTestFinished(() => mounted.unmount())
    return () => mounted.lines().map((line) => line.slice(line.indexOf(': ') + 2))
  },
})

/** Every reader of Streamfold's own format that shows one branch. */
const readers: readonly Reader[] = [
  conversation('useConversation of React', reactBinding),
  conversation('useConversation of Vue', vueBinding),
  ...drivers.map(chat),
]

it.each(trees.map((steps, index) => [index + 1, steps] as const))(
  'tree %i: every reader shows the same path, live and after a reload',
  async (index, steps) => {
    const server = await serve()
    const name = `ai:tree-${index}`
    const clients = new Map(['ann', 'ben', 'agent'].map((id) => [id, realtime(server, { clientId: id }).channels.get(name)]))
    const live = readers.map((reader) => reader.open(server, name))
    await playTree(steps, (clientId) => clients.get(clientId)!)
    const { items } = await clients.get('ann')!.history({ direction: 'forwards', limit: 100 })
    const state = items.map((item) => normalise(item, { agent: 'agent', source: 'history' })).reduce(reduce, emptyConversation())
    const path = selectPath(state).map(({ text }) => text)
    expect(path.length).toBeLessThan(selectMessages(state).length)
    const reloaded = readers.map((reader) => reader.open(server, name))
    for (const [how, pages] of [
      ['live', live],
      ['after a reload', reloaded],
    ] as const)
      for (const [at, shown] of pages.entries()) await so(() => expect(shown(), `${readers[at]!.name}, ${how}`).toEqual(path))
  },
)
