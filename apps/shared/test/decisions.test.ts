// @vitest-environment happy-dom
import type { Conversation } from '@streamfold/core'
import { createStore, normalise } from '@streamfold/core'
import { frameHead } from '@streamfold/core/codec'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { askToNotify, canAskToNotify, watchAttention } from '../src/chat/attention.ts'
import { decisionsDue, decisionsIn, isReadersTurn } from '../src/chat/decisions.ts'

const asked = (id: string) =>
  frameHead({ type: 'tool', id, name: 'sendInvitation' }) +
  JSON.stringify({ to: id }) +
  frameHead({ type: 'input', id }) +
  frameHead({ type: 'ask', id, approval: `a-${id}` })

let serial = 0

/** A conversation on a channel. */
function conversation() {
  const store = createStore({ scheduler: (flush) => flush() })
  const publish = (clientId: string, data: string, headers: Record<string, string>) => {
    const id = `0${++serial}`
    const version = { serial: id, timestamp: 1, clientId }
    const name = headers['role'] === 'user' ? 'prompt' : 'response'
    const message = { name, data, clientId, serial: id, action: 'message.create', timestamp: 1, version, extras: { headers } }
    store.dispatch([normalise(message, { agent: 'agent', source: 'live' })])
    return id
  }
  const respond = (replyTo: string, data: string, status: string) =>
    publish('agent', data, { role: 'assistant', status, format: 'parts/1', 'reply-to': replyTo })
  return { store, prompt: (clientId: string) => publish(clientId, 'hello', { role: 'user' }), respond }
}

const calls = (due: ReturnType<typeof decisionsDue>) => due.map(({ call }) => call.toolCallId)

describe('decisions that are due', () => {
  test('are those of the reader: of calls in answers to own prompts', () => {
    const { store, prompt, respond } = conversation()
    const first = respond(prompt('ann'), asked('c1') + asked('c2'), 'waiting')
    respond(prompt('bob'), asked('c3'), 'waiting')
    const state = store.getState()
    expect(calls(decisionsDue(state, 'ann'))).toEqual(['c1', 'c2'])
    expect(calls(decisionsDue(state, 'bob'))).toEqual(['c3'])
    expect(decisionsDue(state, 'bob')).toBe(decisionsDue(state, 'bob'))
    expect(calls(decisionsIn(state, first, 'ann'))).toEqual(['c1', 'c2'])
    expect(decisionsIn(state, first, 'ann')).toBe(decisionsIn(state, first, 'ann'))
    expect(decisionsIn(state, 'other', 'ann')).toEqual([])
  })

  test.each<[string, (state: ReturnType<typeof conversation>) => void, boolean]>([
    ['an answer to the own prompt is written', ({ prompt, respond }) => void respond(prompt('ann'), '', 'streaming'), true],
    ['an answer to another prompt is written', ({ prompt, respond }) => void respond(prompt('bob'), '', 'streaming'), false],
    ['the own prompt has no answer yet', ({ prompt }) => void prompt('ann'), true],
    ['another prompt has no answer yet', ({ prompt }) => void prompt('bob'), false],
    ['an answer to a prompt that is not loaded is written', ({ respond }) => void respond('00', '', 'streaming'), true],
    ['nothing happens', () => undefined, false],
  ])('the reader may stop the agent, or not: %s', (_, write, mine) => {
    const written = conversation()
    write(written)
    const state: Conversation = written.store.getState()
    expect(isReadersTurn(state, 'ann')).toBe(mine)
  })
})

describe('attention', () => {
  afterEach(() => vi.unstubAllGlobals())

  function stubNotification(permission: string) {
    const shown: [string, NotificationOptions | undefined][] = []
    class FakeNotification {
      static permission = permission
      static requestPermission = async () => (FakeNotification.permission = 'granted')
      constructor(title: string, options?: NotificationOptions) {
        shown.push([title, options])
      }
      addEventListener() {}
    }
    vi.stubGlobal('Notification', FakeNotification)
    return shown
  }

  test('is drawn by the title, and in the background by one notification that gives away no input', () => {
    const shown = stubNotification('granted')
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    document.title = 'App'
    const { store, prompt, respond } = conversation()
    const stop = watchAttention(store, 'ann')
    expect(document.title).toBe('App')
    respond(prompt('ann'), asked('secret'), 'waiting')
    expect(document.title).toBe('(1) Waits for you · App')
    prompt('bob')
    expect(shown).toEqual([['Waits for you', { body: 'Send invitation', tag: expect.stringContaining('secret') }]])
    stop()
    expect(document.title).toBe('App')
  })

  test('needs a permission that is asked for on a press only', async () => {
    const shown = stubNotification('default')
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    const { store, prompt, respond } = conversation()
    const stop = watchAttention(store, 'ann')
    respond(prompt('ann'), asked('c'), 'waiting')
    expect(shown).toEqual([])
    expect(canAskToNotify()).toBe(true)
    await askToNotify()
    expect(canAskToNotify()).toBe(false)
    stop()
  })
})
