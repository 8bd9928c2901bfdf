// @vitest-environment happy-dom
import { archivable, fromArchive } from '@streamfold/agent'
import type { Conversation } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessages, selectPath } from '@streamfold/core'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import type { RealtimeChannel } from 'ably'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatTransportOptions, ConversationTransport } from '../src/index.ts'
import { createChatTransport } from '../src/index.ts'
import type { ChatDriver } from './chat-driver.ts'
import { lineOf } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import { so, tabsOf } from './fixture.ts'
import type { Step } from './play-tree.ts'
import { playTree, step } from './play-tree.ts'

type Server = Awaited<ReturnType<typeof serve>>

/** Without rewind: the messages are read from history. */
function openTransport(server: Server, name: string, options: ChatTransportOptions = {}): ConversationTransport {
  const channel = realtime(server, { clientId: 'ann' }).channels.get(name)
  return createChatTransport(channel, { agent: 'agent', rewind: false, scheduler: (flush) => queueMicrotask(flush), ...options })
}

async function played(server: Server, name: string, steps: readonly Step[]) {
  const channels = new Map<string, RealtimeChannel>()
  await playTree(steps, (clientId) => {
    const channel = channels.get(clientId) ?? realtime(server, { clientId }).channels.get(name)
    channels.set(clientId, channel)
    return channel
  })
  const { items } = await channels.get('agent')!.history({ direction: 'forwards', limit: 1_000 })
  return items.map((item) => normalise(item, { agent: 'agent', source: 'history' })).reduce(reduce, emptyConversation())
}

/** Each question follows the answer before it. */
const line = (questions: number): readonly Step[] =>
  Array.from({ length: questions - 1 }, (_, index) => ({ do: 'ask', of: 2 * index + 1, by: 'ann', isAnswered: true }))
const linesOf = (state: Conversation) => selectPath(state).map(({ role, text }) => `${role}: ${text}`)
const known = ({ conversation: { store } }: ConversationTransport) => selectMessages(store.getState()).length

describe('loadMessages', () => {
  it('reads the newest page alone, and of older ones as many as are asked for', async () => {
    const server = await serve()
    const all = linesOf(await played(server, 'ai:pages', line(30)))
    expect(all).toHaveLength(60)
    const transport = openTransport(server, 'ai:pages', { history: 10 })
    expect((await transport.loadMessages()).map(lineOf)).toEqual(all.slice(-10))
    expect(known(transport)).toBe(10)
    expect((await transport.loadMessages({ limit: 4 })).map(lineOf)).toEqual(all.slice(-4))
    expect(known(transport)).toBe(10)
    expect((await transport.loadMessages({ limit: 33 })).map(lineOf)).toEqual(all.slice(-33))
    expect(known(transport)).toBe(40)
    expect(transport.messages().map(lineOf)).toEqual(all.slice(-40))
    expect((await transport.loadMessages({ limit: Infinity })).map(lineOf)).toEqual(all)
  })

  it('begins with the newest page of an archive, and reads what came after it and what became of its messages', async () => {
    const server = await serve()
    const state = await played(server, 'ai:archive', line(70))
    const { messages, upTo } = archivable(state)
    // Two messages came after the archive was read, and one of its messages was deleted.
    const [since, page] = [messages.at(-3)!.serial, { messages: messages.slice(-12, -2), upTo }]
    const moderator = realtime(server, { clientId: 'agent' }).channels.get('ai:archive')
    await moderator.deleteMessage({ serial: messages.at(-5)!.serial })
    const all = linesOf(state)
    const deleted = all.map((each, index) => (index === all.length - 5 ? each.replace(/:.*/, ': ') : each))
    const transport = openTransport(server, 'ai:archive', { initial: fromArchive(page, 'agent'), since, history: 10 })
    expect((await transport.loadMessages()).map(lineOf).slice(-12)).toEqual(deleted.slice(-12))
    // One page, which has at least a hundred messages where an archive is to be reached.
    expect(known(transport)).toBe(100)
    expect((await transport.loadMessages({ limit: Infinity })).map(lineOf)).toEqual(deleted)
  })

  it('is refused with a limit that is none, and ends where it is aborted', async () => {
    const server = await serve()
    const transport = openTransport(server, 'ai:refused')
    for (const limit of [0, -1, Number.NaN, '3' as unknown as number, null as unknown as number])
      await expect(transport.loadMessages({ limit })).rejects.toMatchObject({ code: 'wrong-argument' })
    for (const aborted of [AbortSignal.abort(), { limit: 3, signal: AbortSignal.abort() }])
      await expect(transport.loadMessages(aborted)).rejects.toMatchObject({ name: 'AbortError' })
    expect(await transport.loadMessages({ limit: 3 })).toEqual([])
  })

  it('law: in pages of any size, and with any limit, the messages of a line are the newest, and no more pages are read', async () => {
    const server = await serve()
    let count = 0
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.nat(9), fc.nat(29), async (questions, more, beyond) => {
        const name = `ai:line-${++count}`
        const all = linesOf(await played(server, name, line(questions)))
        const [history, limit] = [more + 1, beyond + 1]
        const transport = openTransport(server, name, { history })
        expect((await transport.loadMessages({ limit })).map(lineOf)).toEqual(all.slice(-limit))
        const read = Math.max(1, Math.ceil(limit / history)) * history
        expect(known(transport)).toBe(Math.min(all.length, read))
      }),
      { numRuns: 25 },
    )
  })

  it('law: in pages of any size, the messages of a tree are in the end those that are read at once', async () => {
    const server = await serve()
    let count = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), fc.nat(6), async (steps, more) => {
        const name = `ai:tree-of-pages-${++count}`
        const all = linesOf(await played(server, name, steps))
        const byLimit = openTransport(server, name, { history: more + 1 })
        expect((await byLimit.loadMessages({ limit: Infinity })).map(lineOf)).toEqual(all)
        const byPage = openTransport(server, name, { history: more + 1 })
        const { store, loadOlder } = byPage.conversation
        await byPage.loadMessages()
        while (store.getState().context.hasOlder) await loadOlder()
        expect(byPage.messages().map(lineOf)).toEqual(all)
      }),
      { numRuns: 25 },
    )
  })
})

describe.each(drivers)('useChat of $framework, which is not followed', (driver: ChatDriver) => {
  it('shows the newest messages, and older ones on demand', async () => {
    const { server, name, open } = await tabsOf(driver)
    const all = linesOf(await played(server, name, line(6)))
    const tab = open({ follow: false, rewind: false, history: 4 })
    tab.show(await tab.transport.loadMessages())
    await so(() => expect(tab.lines()).toEqual(all.slice(-4)))
    tab.show(await tab.transport.loadMessages({ limit: tab.messages().length + 4 }))
    await so(() => expect(tab.lines()).toEqual(all.slice(-8)))
    tab.show(await tab.transport.loadMessages({ limit: tab.messages().length + 4 }))
    await so(() => expect(tab.lines()).toEqual(all))
  })
})
