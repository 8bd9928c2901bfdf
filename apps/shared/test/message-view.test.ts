import { describe, expect, test } from 'vitest'
import type { MessageContext } from '../src/message-view.ts'
import { messageView } from '../src/message-view.ts'
import { message } from './message.ts'

const context: MessageContext = {
  connectionStatus: 'live',
  clientId: 'user-1',
  waiting: false,
  unansweredReason: undefined,
  last: false,
}
const prompt = message({ role: 'user', clientId: 'user-1' })

describe('an answer says where it stands', () => {
  test.each([
    ['streaming', 'Streaming', false],
    ['complete', 'Complete', false],
    ['cancelled', 'Stopped', false],
    ['stalled', 'Stalled: nothing new for a while', false],
    ['abandoned', 'The agent went away', true],
    ['failed', 'Failed: overloaded', true],
    ['deleted', 'Deleted', false],
  ] as const)('%s', (status, state, canRetry) => {
    expect(messageView(message({ status, error: 'overloaded' }), context)).toMatchObject({ state, canRetry })
  })

  test('only a text that grows before our eyes has a caret', () => {
    const streaming = message({ status: 'streaming' })
    expect(messageView(streaming, context).writing).toBe(true)
    expect(messageView(streaming, { ...context, connectionStatus: 'offline' }).writing).toBe(false)
    expect(messageView(message(), context).writing).toBe(false)
  })

  test('a gap is never silent', () => {
    const gapped = message({ continuity: 'gapped', live: '01-c' })
    expect(messageView(gapped, context).state).toBe('Catching up')
    expect(messageView({ ...gapped, live: '01-b' }, context).state).toBe('Complete')
    expect(messageView({ ...gapped, live: '01-b' }, { ...context, connectionStatus: 'catching-up' }).state).toBe('Catching up')
  })

  test('who is away is not told that it streams', () => {
    const streaming = message({ status: 'streaming' })
    expect(messageView(streaming, { ...context, connectionStatus: 'offline' }).state).toBe('Goes on when you are back')
    expect(messageView(streaming, { ...context, connectionStatus: 'disconnected' }).state).toBe('Goes on when you connect')
    expect(messageView(message(), { ...context, connectionStatus: 'offline' }).state).toBe('Complete')
  })
})

describe('a prompt says where it stands', () => {
  test.each([
    [{ status: 'sending' as const }, {}, 'Sending', false],
    [{ status: 'failed' as const, error: 'no network' }, {}, 'Not sent: no network', true],
    [{}, { waiting: true }, 'Waiting for the agent', false],
    [{}, { unansweredReason: 'nobody is there' }, 'Not answered: nobody is there', true],
    [{}, {}, '', false],
  ])('%j %j', (changes, around, state, canRetry) => {
    expect(messageView({ ...prompt, ...changes }, { ...context, ...around })).toMatchObject({ state, canRetry })
  })

  test('its author is named when it is somebody else', () => {
    expect(messageView(prompt, context).author).toBe('You')
    expect(messageView({ ...prompt, clientId: 'user-2' }, context).author).toBe('user-2')
  })
})

test('what is under way is said where it moves nothing', () => {
  expect(messageView(message({ status: 'streaming' }), context).busy).toBe(true)
  expect(messageView(prompt, { ...context, waiting: true }).busy).toBe(true)
  expect(messageView(message(), context).busy).toBe(false)
})

test('there is nothing to copy before the first word', () => {
  expect(messageView(message({ text: '', status: 'streaming' }), context).canCopy).toBe(false)
  expect(messageView(message(), context).canCopy).toBe(true)
})
