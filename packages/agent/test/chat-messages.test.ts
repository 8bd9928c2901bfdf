import type { Message, MessageStatus } from '@streamfold/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AgentOptions, Task } from '../src/index.ts'
import { chatMessages, serveAgent } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeSource, pieces } from './fake-source.ts'

function message(role: 'user' | 'assistant', text: string, status: MessageStatus = 'complete'): Message {
  const at = { createdAt: 0, updatedAt: 0, version: '' }
  const none = {
    replyTo: undefined,
    into: undefined,
    parent: undefined,
    edits: undefined,
    again: undefined,
    clientId: undefined,
    error: undefined,
    headers: {},
    metadata: undefined,
  }
  const parts = [{ type: 'text', text, state: 'done' }] as const
  return { id: text, key: text, role, text, parts, status, continuity: 'contiguous', source: 'history', ...at, ...none }
}

const user = (text: string, status?: MessageStatus) => message('user', text, status)
const assistant = (text: string, status?: MessageStatus) => message('assistant', text, status)
const shown = (messages: readonly Message[]) => chatMessages(messages).map(({ role, content }) => `${role}: ${content}`)

describe('what a model is given', () => {
  test('prompts in a row are one message', () => {
    expect(shown([user('a'), assistant('', 'failed'), user('b'), user('c')])).toEqual(['user: a\n\nb\n\nc'])
  })

  test('a prompt that was asked again is there once', () => {
    expect(shown([user('a'), assistant('', 'failed'), user('a'), assistant(' \n', 'cancelled'), user('a')])).toEqual(['user: a'])
    expect(shown([user('go on'), assistant('1'), user('go on')])).toEqual(['user: go on', 'assistant: 1', 'user: go on'])
  })

  test('answers in a row are one message, also where the prompt between them was deleted', () => {
    const messages = [user('a'), assistant('1'), user('gone', 'deleted'), assistant('2'), user('b')]
    expect(shown(messages)).toEqual(['user: a', 'assistant: 1\n\n2', 'user: b'])
  })

  test('answers before the first prompt are left out', () => {
    expect(shown([assistant('the end of an answer'), assistant('2'), user('a')])).toEqual(['user: a'])
    expect(shown([user('', 'deleted'), assistant('2'), user('a')])).toEqual(['user: a'])
    expect(shown([assistant('hello')])).toEqual([])
    expect(shown([])).toEqual([])
  })

  test('whatever the conversation, roles alternate from a user’s, nothing is empty, and the last prompt is the end', () => {
    const any = fc.record({
      role: fc.constantFrom('user' as const, 'assistant' as const),
      text: fc.constantFrom('', ' ', 'a', 'b', 'c'),
      status: fc.constantFrom<MessageStatus>('complete', 'failed', 'cancelled', 'streaming', 'deleted', 'sending', 'abandoned'),
    })
    fc.assert(
      fc.property(fc.array(any), (given) => {
        const messages = given.map(({ role, text, status }) => message(role, text, status))
        const chat = chatMessages([...messages, user('the prompt')])
        expect(chat.map(({ role }) => role)).toEqual(chat.map((_, n) => (n % 2 === 0 ? 'user' : 'assistant')))
        expect(chat.every(({ content }) => content.trim() !== '')).toBe(true)
        expect(chat.at(-1)?.content).toMatch(/the prompt$/)
      }),
    )
  })
})

function setup(options: Partial<AgentOptions> = {}) {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const given: string[][] = []
  const respond = ({ messages, prompt }: Task) => {
    given.push(chatMessages(messages).map(({ role, content }) => `${role}: ${content}`))
    if (prompt.text.startsWith('fail')) throw new Error('no model')
    return fakeSource(clock, [{ text: `to ${prompt.text}`, delay: 50 }])
  }
  const agent = serveAgent({ channel: channel.agent(), respond, clock, ...options })
  const ask = async (text: string) => {
    void agent.answer(channel.prompt(text))
    await clock.run(clock.now() + 5_000)
  }
  return { clock, channel, agent, given, ask }
}

describe('an agent', () => {
  test('whose answer failed gives its model the next prompts in a form that it takes', async () => {
    const { given, ask } = setup()
    for (const text of ['fail', 'fail', 'please']) await ask(text)
    expect(given.at(-1)).toEqual(['user: fail\n\nplease'])
  })

  test('gives each answer behind its prompt, though prompts were written before it', async () => {
    const { clock, channel, agent, given, ask } = setup()
    for (const text of ['one', 'two']) void agent.answer(channel.prompt(text))
    await clock.run(5_000)
    await ask('three')
    expect(given.at(-1)).toEqual(['user: one', 'assistant: to one', 'user: two', 'assistant: to two', 'user: three'])
  })

  test('gives its model no more than the newest messages of the number that it reads', async () => {
    const clock = fakeClock()
    const channel = fakeChannel(clock)
    const seen: Task[] = []
    const respond = (task: Task) => (seen.push(task), fakeSource(clock, pieces('x')))
    const agent = serveAgent({ channel: { ...channel.agent(), historyLimit: 3 }, respond, clock })
    for (let n = 0; n < 3; n++) {
      void agent.answer(channel.prompt(`${n}`))
      await clock.run(clock.now() + 5_000)
    }
    expect(seen.at(-1)?.messages.map(({ text }) => text)).toEqual(['1', 'x', '2'])
  })
})
