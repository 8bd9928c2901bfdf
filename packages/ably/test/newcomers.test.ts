import { selectMessages, selectUnansweredReason } from '@streamfold/core'
import { describe, expect, it } from 'vitest'
import type { NotifyAgent } from '../src/index.ts'
import { openConversation } from '../src/index.ts'
import { live, open } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { until } from '@streamfold/testkit'

/** What a program without types may give. */
const as = (given: unknown) => given as never

async function page(name: string, options: Parameters<typeof open>[1] = {}) {
  const server = await serve()
  const opened = open(realtime(server, { clientId: 'ann' }).channels.get(name), options)
  await until(opened.store, live)
  return opened
}

describe('a channel name that a missing id was put into', () => {
  it.each<[string, string]>([
    ['ai:undefined', '"ai:undefined", with what is left of a missing id'],
    ['ai:null', '"ai:null", with what is left of a missing id'],
    ['ai:NaN', '"ai:NaN", with what is left of a missing id'],
    ['ai:undefined:chat', '"ai:undefined:chat", with what is left of a missing id'],
    ['ai:[object Object]', '"ai:[object Object]", with what is left of an object'],
    ['ai:[object Promise]', '"ai:[object Promise]", with what is left of an object'],
    ['ai:', '"ai:", with nothing behind its namespace'],
    ['ai: ', '"ai: ", with nothing behind its namespace'],
  ])('%s opens nothing: all visitors would share it', async (name, reason) => {
    const channel = realtime(await serve(), { clientId: 'ann' }).channels.get(name)
    expect(() => openConversation(channel)).toThrow(
      expect.objectContaining({ code: 'no-channel-name', message: expect.stringContaining(reason) }),
    )
    expect(channel.state).toBe('initialized')
  })

  it.each(['ai:nullable', 'ai:undefined-behaviour', 'ai:0', 'rooms', 'ai:a:b'])('%s is a name like any other', async (name) => {
    const channel = realtime(await serve(), { clientId: 'ann' }).channels.get(name)
    openConversation(channel).release()
  })
})

describe('an argument of the wrong kind', () => {
  it.each<[string, unknown, string]>([
    ['an event', new Event('click'), 'the text is an object: give a string'],
    ['nothing', undefined, 'the text is undefined: give a string'],
    ['a message of useChat', { parts: [{ type: 'text', text: 'Hello' }] }, 'the text is an object: give a string'],
    ['a number', 7, 'the text is a number: give a string'],
  ])('sendMessage, %s: says what to give', async (_, text, reason) => {
    const { store, sendMessage } = await page('ai:kinds')
    await expect(sendMessage(as(text))).rejects.toMatchObject({
      code: 'wrong-argument',
      message: `unable to send the prompt; ${reason}`,
    })
    expect(selectMessages(store.getState())).toEqual([])
  })

  it.each(['two words', '', 7, 'ä', { id: 1 }])('sendMessage, the id %j: says what an id is', async (id) => {
    const { store, sendMessage } = await page('ai:ids')
    await expect(sendMessage('Hello', { id: as(id) })).rejects.toMatchObject({
      code: 'wrong-argument',
      message: expect.stringMatching(/the id is .*: give letters, digits, `-` and `_`/),
    })
    expect(selectMessages(store.getState())).toEqual([])
  })

  it.each<[string, unknown]>([
    ['an event', new Event('click')],
    ['a message', { id: '1', key: '1' }],
    ['nothing', undefined],
  ])('retry, %s: says what to give', async (_, id) => {
    const { retry } = await page('ai:retry')
    await expect(retry(as(id))).rejects.toMatchObject({
      code: 'nothing-to-retry',
      message: expect.stringContaining('give the id or key of a message'),
    })
  })
})

describe('an endpoint that notifyAgent has asked', () => {
  it.each([
    [404, 'the agent’s endpoint answered with status 404'],
    [500, 'the agent’s endpoint answered with status 500'],
  ])('and that refused with %d: the prompt says so, though fetch does not reject', async (status, reason) => {
    const { store, sendMessage } = await page('ai:endpoint', { notifyAgent: async () => new Response('secret', { status }) })
    await sendMessage('Hello')
    const state = await until(store, (state) => selectUnansweredReason(state) !== undefined)
    expect(selectUnansweredReason(state)).toBe(reason)
  })

  it('and that took it is well', async () => {
    const { store, sendMessage } = await page('ai:taken', { notifyAgent: async () => new Response('{}', { status: 202 }) })
    await sendMessage('Hello')
    expect(selectUnansweredReason(store.getState())).toBeUndefined()
  })

  it.each<[string, NotifyAgent]>([
    [
      'that throws at once',
      () => {
        throw new Error('no endpoint')
      },
    ],
    ['that returns nothing', () => undefined],
  ])('with a function %s does no harm', async (_, notifyAgent) => {
    const { store, sendMessage } = await page('ai:sync', { notifyAgent })
    await sendMessage('Hello')
    expect(selectMessages(store.getState())[0]?.status).toBe('complete')
  })
})
