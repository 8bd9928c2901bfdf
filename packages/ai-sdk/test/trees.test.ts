// @vitest-environment happy-dom
import type { LocalAbly } from '@streamfold/local-ably'
import { emptyConversation, normalise, reduce, selectMessages, selectPath } from '@streamfold/core'
import { driver as reactBinding } from '@streamfold/test-support/react/driver'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { driver as vueBinding } from '@streamfold/test-support/vue/driver'
import type { RealtimeChannel } from 'ably'
import * as fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { createChatTransport } from '../src/index.ts'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import { so } from './fixture.ts'

/** What happens on a channel. Numbers name messages, by index modulo their number. */
interface Step {
  readonly do: 'ask' | 'edit' | 'regenerate'
  readonly of: number
  readonly by: 'ann' | 'ben'
  readonly isAnswered: boolean
}

const step = fc.record<Step>({
  do: fc.constantFrom('ask', 'ask', 'edit', 'regenerate'),
  of: fc.nat(20),
  by: fc.constantFrom('ann', 'ann', 'ben'),
  isAnswered: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
})
const trees = fc.sample(fc.array(step, { minLength: 8, maxLength: 14 }), { seed: 16, numRuns: 12 })

/** Plays the steps as several people and an agent. */
async function play(steps: readonly Step[], channelOf: (clientId: string) => RealtimeChannel): Promise<void> {
  const prompts: { readonly serial: string; readonly by: string }[] = []
  const messages: string[] = []
  let texts = 0
  async function publish(by: string, name: string, headers: Record<string, string>, data?: string): Promise<string> {
    const role = name === 'prompt' ? 'user' : 'assistant'
    const { serials } = await channelOf(by).publish({
      name,
      ...(data !== undefined && { data }),
      extras: { headers: { role, ...headers } },
    })
    return serials[0] ?? ''
  }
  for (const { do: what, of, by, isAnswered } of [{ do: 'ask', of: 0, by: 'ann', isAnswered: true } as const, ...steps]) {
    const own = prompts.filter((prompt) => prompt.by === by)
    const named = own[of % own.length]
    const parent = messages[of % messages.length]
    const text = `${what} ${++texts}`
    let asked: string
    if (what === 'regenerate' && named) asked = await publish(by, 'prompt', { again: named.serial })
    else {
      const headers = what === 'edit' && named ? { edits: named.serial } : { ...(parent !== undefined && { parent }) }
      asked = await publish(by, 'prompt', headers, text)
      prompts.push({ serial: asked, by })
      messages.push(asked)
    }
    // A request that nothing answers stands for a response only until its time is over.
    if (!isAnswered && what !== 'regenerate') continue
    messages.push(await publish('agent', 'response', { 'reply-to': asked, status: 'complete' }, `answer ${texts}`))
  }
}

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
    await play(steps, (clientId) => clients.get(clientId)!)
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
