import { createStore, normalise } from '@streamfold/core'
import { frameHead } from '@streamfold/core/codec'
import { describe, expect, test } from 'vitest'
import { hasStalled } from '../src/chat/activity.ts'
import { isReadersTurn } from '../src/chat/decisions.ts'
import { elsewhere, elsewhereText, sameElsewhere } from '../src/chat/elsewhere.ts'

const asked =
  frameHead({ type: 'tool', id: 'c1', name: 'sendInvitation' }) +
  '{}' +
  frameHead({ type: 'input', id: 'c1' }) +
  frameHead({ type: 'ask', id: 'c1', approval: 'a1' })

/** A prompt of Ann, its answer, an edit of the prompt, and the answer to that. */
function conversation(first: string, second: string) {
  const store = createStore({ scheduler: (flush) => flush() })
  const publish = (serial: string, clientId: string, data: string, headers: Record<string, string>) => {
    const version = { serial, timestamp: 1, clientId }
    const name = headers['role'] === 'user' ? 'prompt' : 'response'
    const message = { name, data, clientId, serial, action: 'message.create', timestamp: 1, version, extras: { headers } }
    store.dispatch([normalise(message, { agent: 'agent', source: 'live' })])
  }
  const respond = (serial: string, replyTo: string, status: string) =>
    publish(serial, 'agent', status === 'waiting' ? asked : 'text', {
      role: 'assistant',
      status,
      format: 'parts/1',
      'reply-to': replyTo,
    })
  publish('1', 'ann', 'one', { role: 'user' })
  respond('2', '1', first)
  publish('3', 'ann', 'two', { role: 'user', edits: '1' })
  respond('4', '3', second)
  return store.getState()
}

describe('what goes on in another version', () => {
  test.each([
    ['an answer that is written', 'streaming', 'complete', undefined, { here: 0, id: '2', due: 0 }],
    ['nothing, where it is the one that is shown', 'streaming', 'complete', '2', { here: 0, id: undefined, due: 0 }],
    ['a decision', 'waiting', 'complete', undefined, { here: 0, id: '2', due: 1 }],
    ['a decision before an answer', 'complete', 'waiting', '1', { here: 0, id: '4', due: 1 }],
    ['a decision beside one that is due here', 'waiting', 'waiting', '2', { here: 1, id: '4', due: 1 }],
    ['nothing that has ended', 'complete', 'complete', undefined, { here: 0, id: undefined, due: 0 }],
  ])('is %s', (_, first, second, head, expected) => {
    const found = elsewhere(conversation(first, second), 'ann', head)
    expect(found).toEqual(expected)
    expect(sameElsewhere(found, { ...expected })).toBe(true)
  })

  test('is no decision of another reader', () => {
    expect(elsewhere(conversation('waiting', 'complete'), 'bob', undefined)).toEqual({ here: 0, id: undefined, due: 0 })
  })

  test('is said in words', () => {
    const say = (due: number) => elsewhereText({ here: 0, id: '2', due })
    expect([say(0), say(1)]).toEqual(['Another version is being written', 'Another version waits for your decision'])
  })

  test('is not stopped from here', () => {
    const state = conversation('streaming', 'complete')
    expect([isReadersTurn(state, 'ann'), isReadersTurn(state, 'ann', '2')]).toEqual([false, true])
    expect([hasStalled(state), hasStalled(state, '2')]).toEqual([false, false])
  })
})
