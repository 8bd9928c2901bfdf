import { selectMessages, selectPromptStates } from '@streamfold/core'
import { defineCodec } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import type { ConversationHandle } from '../src/index.ts'
import { channelOf, refusal } from './calls.ts'

const prompts = ({ store }: ConversationHandle) =>
  selectMessages(store.getState())
    .filter(({ role }) => role === 'user')
    .map(({ text, status }) => `${text} ${status}`)

describe('a prompt that waits', () => {
  it('is edited while it is still being sent, under its key', async () => {
    const { open, live, done, until, agent } = channelOf()
    const mine = open()
    await live(mine)
    const sent = mine.sendMessage('helo', { id: 'mine', headers: { mood: 'calm' } })
    const edited = mine.edit('mine', '  hello\n')
    await done(Promise.all([sent, edited]))
    await until(() => prompts(mine)[0] === '  hello complete')
    const [message] = selectMessages(mine.store.getState())
    expect([message?.key, message?.headers['mood']]).toEqual(['mine', 'calm'])
    expect(agent.published('prompt')).toHaveLength(1)
  })

  it('shows the edit to everybody, and also where the channel echoes nothing', async () => {
    const { open, other, live, done, until } = channelOf()
    const [mine, theirs] = [open(), open({}, other)]
    await live(mine)
    await live(theirs)
    await done(mine.sendMessage('one', { id: 'mine' }))
    await done(mine.edit('mine', 'two'))
    expect(prompts(mine)).toEqual(['two complete'])
    await until(() => prompts(theirs)[0] === 'two complete')
    await done(mine.withdraw('mine'))
    expect([...selectPromptStates(mine.store.getState()).values()]).toEqual(['withdrawn'])
    await until(() => [...selectPromptStates(theirs.store.getState()).values()].join() === 'withdrawn')
  })

  it.each<[string, (mine: ConversationHandle, theirs: ConversationHandle, id: string) => Promise<void>, string, string]>([
    ['that is not known', (mine) => mine.edit('unknown', 'x'), 'not-loaded', 'edit the prompt; it is not in this conversation'],
    [
      'of another person',
      (_, theirs, id) => theirs.withdraw(id),
      'not-permitted',
      'withdraw the prompt; only its author, "ann", may',
    ],
    ['with nothing', (mine, _, id) => mine.edit(id, ' \n'), 'empty-prompt', 'edit the prompt; it is empty'],
    ['with what is no text', (mine, _, id) => mine.edit(id, {} as string), 'empty-prompt', 'edit the prompt; it is empty'],
    ['with too much', (mine, _, id) => mine.edit(id, 'x'.repeat(70_000)), 'prompt-too-large', 'edit the prompt; it is 69 kB'],
  ])('is not changed: one %s', async (_, change, code, reason) => {
    const { open, other, live, done, until } = channelOf()
    const [mine, theirs] = [open(), open({}, other)]
    await live(mine)
    await live(theirs)
    await done(mine.sendMessage('one'))
    await until(() => prompts(theirs).length === 1)
    const { id } = selectMessages(theirs.store.getState())[0]! // As just waited for.
    const [said, text] = await done(refusal(change(mine, theirs, id)))
    expect([said, text.startsWith(`unable to ${reason}`)]).toEqual([code, true])
    expect(prompts(mine)).toEqual(['one complete'])
  })

  it('is not changed when it is withdrawn, answered or a response, or never came to the channel', async () => {
    const { open, live, done, until, agent, transport } = channelOf()
    const mine = open()
    await live(mine)
    for (const id of ['one', 'two']) await done(mine.sendMessage(id, { id }))
    const [first] = agent.published('prompt')
    const response = await agent.begin('answer', { status: 'complete', 'reply-to': first!.serial }) // Two were sent.
    await done(mine.withdraw('two'))
    await until(() => selectMessages(mine.store.getState()).length === 3)
    const publish = transport.publish
    Object.assign(transport, { publish: () => Promise.reject(new Error('refused')) })
    await done(mine.sendMessage('three', { id: 'three' }))
    Object.assign(transport, { publish })
    const codes: string[] = []
    for (const id of ['one', 'two', 'three', response]) codes.push((await done(refusal(mine.withdraw(id))))[0])
    expect(codes).toEqual(['prompt-taken', 'prompt-taken', 'withdraw-failed', 'not-permitted'])
  })

  it('says which right the token lacks, and keeps its text', async () => {
    const { open, live, done, transport } = channelOf()
    const reason = 'the capability lacks it (grant "message-update-own" on "ai:calls" in the capability of its token)'
    Object.assign(transport, { update: () => Promise.reject(new Error(reason)) })
    const mine = open()
    await live(mine)
    await done(mine.sendMessage('one', { id: 'mine' }))
    expect(await done(refusal(mine.edit('mine', 'two')))).toEqual([
      'edit-failed',
      `unable to edit the prompt; ${reason}: try again`,
    ])
    expect(prompts(mine)).toEqual(['one complete'])
  })

  it('has no edits in another format', async () => {
    const codec = defineCodec({
      decode: ({ data, name, id }) => ({ name: String(name), data, headers: { role: 'user' }, id: String(id) }),
      prompt: ({ key, text }) => ({ id: key, name: 'prompt', data: text, extras: {} }),
    })
    const { open, live, done } = channelOf()
    const mine = open({ codec })
    await live(mine)
    await done(mine.sendMessage('one', { id: 'mine' }))
    expect((await done(refusal(mine.edit('mine', 'two'))))[0]).toBe('edit-failed')
    await done(mine.withdraw('mine'))
    expect(prompts(mine)).toEqual([expect.stringContaining('deleted')])
  })
})

describe('a prompt into a response', () => {
  it('names the newest that streams, or none where none does', async () => {
    const { open, live, done, until, agent } = channelOf()
    const mine = open()
    await live(mine)
    await done(mine.sendMessage('nothing runs', { into: 'running' }))
    const serials = [await agent.begin('one'), await agent.begin('two')]
    await until(() => selectMessages(mine.store.getState()).length === 3)
    await done(mine.sendMessage('to the newest', { into: 'running' }))
    await done(mine.sendMessage('to the first', { into: serials[0]! })) // There are two.
    expect(agent.published('prompt').map(({ headers }) => headers['into'])).toEqual([undefined, serials[1], serials[0]])
  })

  it('shows where it goes before the channel has it, and when it is sent again', async () => {
    const { open, live, done, until, agent, transport } = channelOf()
    const mine = open()
    await live(mine)
    const running = await agent.begin('one')
    await until(() => selectMessages(mine.store.getState()).length === 1)
    const publish = transport.publish
    Object.assign(transport, { publish: () => Promise.reject(new Error('refused')) })
    await done(mine.sendMessage('shorter', { into: 'running', id: 'mine' }))
    expect(selectMessages(mine.store.getState()).map(({ into }) => into)).toEqual([undefined, running])
    Object.assign(transport, { publish })
    await done(mine.retry('mine'))
    expect(agent.published('prompt').map(({ headers }) => headers['into'])).toEqual([running])
  })

  it('is refused if it names no response', async () => {
    const { open, live, done } = channelOf()
    const mine = open()
    await live(mine)
    expect(await done(refusal(mine.sendMessage('x', { into: 7 as never })))).toEqual([
      'wrong-argument',
      "unable to send the prompt; into is a number: give 'running', or the id of a response",
    ])
  })
})
