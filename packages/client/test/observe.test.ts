import { selectMessages } from '@streamfold/core'
import { describe, expect, it } from 'vitest'
import type { ConversationHandle, ConversationObserver } from '../src/index.ts'
import { channelOf, refusal } from './calls.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const messages = ({ store }: ConversationHandle) => selectMessages(store.getState())

/** Notes what it is told. */
function noting() {
  const notes: unknown[] = []
  const observe: ConversationObserver = {
    prompt({ channelName, key }) {
      notes.push(['prompt', channelName, key])
      return {
        traceparent,
        ended: (serial, error) => void notes.push(['ended', serial, error instanceof Error ? error.message : error]),
      }
    },
    follow({ channelName, store }) {
      notes.push(['follow', channelName, selectMessages(store.getSnapshot()).length])
      return () => void notes.push(['left'])
    },
  }
  return { notes, observe }
}

describe('an observer of a conversation', () => {
  it('is told of each prompt, and its trace goes to the agent', async () => {
    const { notes, observe } = noting()
    const { open, live, done, agent } = channelOf()
    const mine = open({ observe })
    await live(mine)
    await done(mine.sendMessage('hello', { id: 'p1', headers: { lang: 'en' } }))
    const [prompt] = messages(mine)
    expect(agent.published('prompt')).toMatchObject([{ headers: { role: 'user', lang: 'en', traceparent } }])
    expect(notes).toEqual([
      ['follow', expect.any(String), 0],
      ['prompt', expect.any(String), 'p1'],
      ['ended', prompt?.id, undefined],
    ])
    mine.release()
    expect(notes.at(-1)).toEqual(['left'])
  })

  it('is told of requests for another response and of edits, too', async () => {
    const { notes, observe } = noting()
    const { open, live, done, agent } = channelOf()
    const mine = open({ observe })
    await live(mine)
    await done(mine.sendMessage('hello'))
    await done(mine.regenerate(messages(mine)[0]!.id))
    expect(notes.filter((note) => (note as string[])[0] === 'ended')).toHaveLength(2)
    expect(agent.published('prompt')).toMatchObject([
      { headers: { traceparent } },
      { headers: { traceparent, again: expect.any(String) } },
    ])
  })

  it('is told why a prompt is not on the channel, and of its retry', async () => {
    const { notes, observe } = noting()
    const { open, live, done, transport } = channelOf()
    let refused = true
    const refusing = {
      ...transport,
      publish: (message: Parameters<typeof transport.publish>[0]) =>
        refused ? Promise.reject(new Error('the channel is full')) : transport.publish(message),
    }
    const mine = open({ observe }, Object.setPrototypeOf(refusing, transport) as typeof transport) // Its getters are the transport's.
    await live(mine)
    await done(mine.sendMessage('hello', { id: 'p1' }))
    expect(messages(mine)).toMatchObject([{ status: 'failed' }])
    refused = false
    await done(mine.retry('p1'))
    expect(notes.slice(1)).toEqual([
      ['prompt', expect.any(String), 'p1'],
      ['ended', undefined, 'the channel is full'],
      ['prompt', expect.any(String), 'p1'],
      ['ended', messages(mine)[0]?.id, undefined],
    ])
  })

  it('needs room in the message, which is looked for before anything is shown', async () => {
    const { open, live, transport } = channelOf()
    const mine = open(noting())
    await live(mine)
    const [code] = await refusal(mine.sendMessage('x'.repeat(transport.maxMessageSize - 70)))
    expect(code).toBe('prompt-too-large')
    expect(messages(mine)).toEqual([])
  })

  it('sends no header if there is none', async () => {
    const { open, live, done, agent } = channelOf()
    const mine = open({ observe: { prompt: () => undefined } })
    await live(mine)
    await done(mine.sendMessage('hello'))
    expect(agent.published('prompt')[0]?.headers).not.toHaveProperty('traceparent')
  })
})
