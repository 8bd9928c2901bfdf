import type { Store } from '@streamfold/core'
import { createStore, normalise } from '@streamfold/core'
import { describe, expect, it } from 'vitest'
import type { FirstText } from '../src/first-texts.ts'
import { followFirstTexts } from '../src/first-texts.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

/** A page that follows a conversation, and time that the test sets. */
function page(store: Store = createStore()) {
  const seen: FirstText[] = []
  let now = 0
  let versions = 0
  const message = (
    action: 'create' | 'append' | 'update',
    serial: string,
    text: string,
    headers: Readonly<Record<string, string>> = {},
    source?: 'history',
  ) => {
    const isPrompt = serial.startsWith('p')
    const raw = {
      serial,
      action: `message.${action}`,
      version: { serial: `${serial}@${String(++versions).padStart(4, '0')}`, timestamp: 1 },
      name: isPrompt ? 'prompt' : 'response',
      clientId: isPrompt ? 'ann' : 'agent',
      data: text,
      timestamp: 1,
      extras: { headers: isPrompt ? { role: 'user', ...headers } : { role: 'assistant', status: 'streaming', ...headers } },
    }
    return normalise(raw, { agent: 'agent', ...(source && { source }) })
  }
  const stop = followFirstTexts(
    { channelName: 'ai:first', store },
    () => now,
    (text) => seen.push(text),
  )
  return {
    seen,
    stop,
    at(time: number, ...messages: readonly Parameters<typeof message>[]) {
      now = time
      store.dispatch(messages.map((each) => message(...each)))
    },
  }
}

const toP1 = { 'reply-to': 'p1' }

describe('the first text of an answer on a page', () => {
  it('is seen once, and measured from when the prompt was seen', () => {
    const { at, seen } = page()
    at(100, ['create', 'p1', 'hello'])
    at(200, ['create', 'q1', '', { ...toP1, traceparent }])
    expect(seen).toEqual([])
    at(300, ['update', 'q1', 'Hi', { ...toP1, traceparent }])
    at(400, ['update', 'q1', 'Hi there', { ...toP1, traceparent }])
    expect(seen).toMatchObject([{ channelName: 'ai:first', responseId: 'q1', startedAt: 100, traceparent, prompt: { id: 'p1' } }])
  })

  it('is seen of an answer that begins and ends between two frames', () => {
    const { at, seen } = page()
    at(100, ['create', 'p1', 'hello'])
    at(200, ['create', 'q1', '', toP1], ['update', 'q1', 'Hi', { ...toP1, status: 'complete' }])
    expect(seen).toMatchObject([{ responseId: 'q1', startedAt: 100 }])
  })

  it('is measured from the empty response if the prompt is not loaded, and has its prompt’s trace if it has none', () => {
    const { at, seen } = page()
    at(200, ['create', 'q1', '', { 'reply-to': 'p0' }])
    at(300, ['update', 'q1', 'Hi', { 'reply-to': 'p0' }])
    expect(seen).toMatchObject([{ prompt: undefined, startedAt: 200, traceparent: undefined }])
  })

  it('takes the trace of the prompt if the response has none', () => {
    const { at, seen } = page()
    at(100, ['create', 'p1', 'hello', { traceparent }])
    at(200, ['create', 'q1', 'Hi', toP1])
    expect(seen).toMatchObject([{ traceparent, startedAt: 100 }])
  })

  it('does not count what is read from history, nor what was there before', () => {
    const store = createStore()
    const before = page(store)
    before.at(100, ['create', 'p1', 'hello'], ['create', 'q1', 'Hi', toP1])
    before.stop()
    const { at, seen } = page(store)
    at(
      200,
      ['update', 'p0', 'older', {}, 'history'],
      ['update', 'p2', 'newer', {}, 'history'],
      ['update', 'q2', 'Yes', { 'reply-to': 'p2' }, 'history'],
    )
    at(300, ['update', 'q1', 'Hi there', toP1])
    expect(seen).toEqual([])
  })

  it('is none of an answer that ends without text', () => {
    const { at, seen } = page()
    at(100, ['create', 'p1', 'hello'])
    at(200, ['create', 'q1', '', toP1])
    at(300, ['update', 'q1', '', { ...toP1, status: 'failed', error: 'the model failed' }])
    at(400, ['update', 'q1', 'Hi', toP1])
    expect(seen).toEqual([])
  })
})
