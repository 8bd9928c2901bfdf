import { createAgentChannel } from '@streamfold/ably'
import type { Conversation, Message } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessages, selectPath, selectPrompt, selectSiblings } from '@streamfold/core'
import { aiTransport, aiTransportAgent } from '@streamfold/core/ai-transport'
import type { LocalAbly } from '@streamfold/local-ably'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { theirAgent } from '@streamfold/test-support/their-agent'
import type { TheirClient } from '@streamfold/test-support/their-client'
import { theirClient } from '@streamfold/test-support/their-client'
import type { AnswerWith, Person, TreeStep } from '@streamfold/test-support/their-tree'
import { ourPerson, playTree, responseName, theirAnswers, theirPerson } from '@streamfold/test-support/their-tree'
import type { RealtimeChannel } from 'ably'
import * as fc from 'fast-check'
import { expect, it, onTestFinished, vi } from 'vitest'
import { serveAgent } from '../../src/index.ts'

const step = fc.record<TreeStep>({
  do: fc.constantFrom('ask', 'edit', 'regenerate'),
  of: fc.nat(20),
  by: fc.constantFrom('ann', 'ann', 'ben'),
  isAnswered: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
})
const seed = Number(process.env['LAW_SEED'] ?? 16)
const trees = fc.sample(fc.array(step, { minLength: 6, maxLength: 14 }), { seed, numRuns: Number(process.env['TREES'] ?? 8) })

async function opened(server: LocalAbly, name: string, clientId: string): Promise<TheirClient> {
  const client = await theirClient(realtime(server, { clientId }), name)
  onTestFinished(() => client.session.close())
  return client
}

/** Our conversation, of what the channel holds. */
async function readOurs(channel: RealtimeChannel): Promise<Conversation> {
  const all = []
  let page = await channel.history({ direction: 'forwards', limit: 1000 })
  for (;;) {
    all.push(...page.items)
    if (page.isLast()) break
    page = (await page.next())!
  }
  return all
    .map((item) => normalise(item, { agent: 'agent', codec: aiTransport, source: 'history' }))
    .reduce(reduce, emptyConversation())
}

const textsOf = (messages: readonly Pick<Message, 'text'>[]) => messages.map(({ text }) => text).filter((text) => text !== '')

/** Compares what a fresh client of AI Transport shows with ours: the default path, the alternatives, and the path of each of them. */
async function expectSameTree(server: LocalAbly, name: string): Promise<Conversation> {
  const state = await readOurs(realtime(server, { clientId: 'carl' }).channels.get(name))
  const client = await opened(server, name, 'dora')
  await client.load()
  const { view } = client.session
  expect(textsOf(selectPath(state))).toEqual(textsOf(client.shown()))
  const path = selectPath(state).filter(({ text }) => text !== '')
  for (const [at, { codecMessageId }] of view.getMessages().entries()) {
    const ours = selectSiblings(state, path[at]!.id).filter(({ text }) => text !== '')
    const { siblings, index } = view.branchSelection(codecMessageId)
    const theirs = siblings.map(({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')).join(''))
    expect(textsOf(ours)).toEqual(theirs)
    expect(ours[index]?.text).toBe(path[at]!.text)
    for (const [which, { id }] of ours.entries()) {
      const fresh = client.session.createView()
      await fresh.loadOlder(100)
      fresh.branchSelection(codecMessageId).select(which)
      const shown = fresh
        .getMessages()
        .map(({ message: { parts } }) => parts.map((part) => (part.type === 'text' ? part.text : '')).join(''))
      expect(textsOf(selectPath(state, id))).toEqual(shown)
      fresh.close()
    }
  }
  return state
}

it.each(trees.map((steps, index) => [index + 1, steps] as const))(
  'tree %i of their clients and their agent is for us the tree that their own client shows',
  async (index, steps) => {
    const server = await serve()
    const name = `ai:their-tree-${index}`
    const agent = await theirAgent(realtime(server, { clientId: 'agent' }), name)
    const people = new Map<string, Person>()
    for (const clientId of ['ann', 'ben']) people.set(clientId, theirPerson(await opened(server, name, clientId)))
    const reader = realtime(server, { clientId: 'reader' }).channels.get(name)
    await playTree(steps, (by) => people.get(by)!, theirAnswers(agent, reader), { mayRegenerate: true })
    await expectSameTree(server, name)
  },
)

it.each(trees.map((steps, index) => [index + 1, steps] as const))(
  'tree %i of our client and theirs, answered by our agent, is the same for both',
  async (index, steps) => {
    const server = await serve()
    const name = `ai:our-tree-${index}`
    const texts: string[] = []
    const heard: string[][] = []
    const client = realtime(server, { clientId: 'agent', echoMessages: false })
    const channel = createAgentChannel(client.channels.get(name), { clientId: 'agent', agent: 'agent', codec: aiTransportAgent })
    const agent = serveAgent({
      channel,
      async *respond({ messages }) {
        heard.push(messages.map(({ text }) => text))
        yield texts.at(-1)!
      },
    })
    onTestFinished(() => agent.close())
    const people = new Map([
      ['ann', ourPerson(realtime(server, { clientId: 'ann' }).channels.get(name), 'ann', 'agent')],
      ['ben', theirPerson(await opened(server, name, 'ben'))],
    ])
    const reader = realtime(server, { clientId: 'reader' }).channels.get(name)
    const answer: AnswerWith = async ({ inputEventId }, text) => {
      texts.push(text)
      const isAsked = ({ headers }: Message) => headers['event-id'] === inputEventId
      const prompt = await vi.waitUntil(async () => selectMessages(await channel.conversation()).find(isAsked))
      expect(await agent.answer(prompt.id)).toMatchObject({ type: 'answering' })
      const response = await responseName(reader, text)
      const state = await readOurs(reader)
      const written = selectMessages(state).find((message) => message.text === text)!
      const path = selectPath(state, written.id)
      const asked = selectPrompt(state, written.id)!
      // The model is given what a view shows above the prompt. An answer to an earlier prompt may be below it.
      const given = heard.at(-1)!
      expect(given.at(-1)).toBe(asked.text)
      expect(given).toEqual(expect.arrayContaining(textsOf(path.slice(0, path.indexOf(asked)))))
      expect(textsOf(path)).toEqual(expect.arrayContaining(given))
      return response
    }
    await playTree(steps, (by) => people.get(by)!, answer)
    await expectSameTree(server, name)
  },
)
