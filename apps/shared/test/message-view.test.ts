import { describe, expect, test } from 'vitest'
import type { MessageContext } from '../src/chat/message-view.ts'
import { messageAttributes, messageView, sameButParts } from '../src/chat/message-view.ts'
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
    ['waiting', 'Waits for a decision', false],
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
    const gapped = message({ continuity: 'gapped', deliveredVersion: '01-c' })
    const reached = message({ continuity: 'gapped', deliveredVersion: '01-b' })
    expect(messageView(gapped, context).state).toBe('Catching up')
    expect(messageView(reached, context).state).toBe('Complete')
    expect(messageView(reached, { ...context, connectionStatus: 'catching-up' }).state).toBe('Catching up')
  })

  test('who is away is not told that it streams', () => {
    const streaming = message({ status: 'streaming' })
    expect(messageView(streaming, { ...context, connectionStatus: 'offline' }).state).toBe('Goes on when you are back')
    expect(messageView(streaming, { ...context, connectionStatus: 'disconnected' }).state).toBe('Goes on when you connect')
    expect(messageView(message(), { ...context, connectionStatus: 'offline' }).state).toBe('Complete')
    const waiting = message({ status: 'waiting' })
    expect(messageView(waiting, { ...context, connectionStatus: 'offline' }).state).toBe('Waits for a decision')
  })
})

describe('an answer that is complete and yet not whole', () => {
  test.each([
    ['length', 'Cut off at the length limit', 'Regenerate'],
    ['content-filter', 'Declined, or stopped by a content filter', 'in other words'],
    ['tool-calls', 'Stopped at a tool that was not run', 'Regenerate'],
    ['error', 'Broke off with an error', 'Regenerate'],
    ['other', 'May be incomplete', 'Regenerate'],
  ] as const)('says that it ended by %s, and what to do where it is the last', (finish, state, advice) => {
    const view = messageView(message({ finish }), context)
    expect(view).toMatchObject({ state: expect.stringContaining(state), tone: 'warn', canCopy: true, empty: '' })
    expect(view.state).not.toContain('Complete')
    expect(view.state).not.toContain('Regenerate')
    const last = messageView(message({ finish }), { ...context, last: true })
    expect(last).toMatchObject({ state: expect.stringContaining(advice), canRegenerate: true })
  })

  test.each([
    ['length', 'reasoning', /length limit while it was still reasoning/],
    ['length', 'nothing', /length limit before/],
    ['content-filter', 'nothing', /declined/],
    ['content-filter', 'reasoning', /declined/],
    ['tool-calls', 'tools', /called a tool/],
    ['stop', 'tools', /called a tool/],
    ['stop', 'reasoning', /reasoned and wrote no answer/],
    ['stop', 'nothing', /ended without writing anything/],
    ['other', 'nothing', /ended without writing anything/],
    [undefined, undefined, /no text/],
  ] as const)('without text by %s, with %s: says why', (finish, empty, why) => {
    const blank = message({ text: ' \n', finish, headers: empty ? { empty } : {} })
    const view = messageView(blank, context)
    expect(view).toMatchObject({ state: 'No answer', tone: 'warn', empty: expect.stringMatching(why), canCopy: false })
    expect(messageView(blank, { ...context, last: true })).toMatchObject({ empty: expect.stringMatching(/Press Regenerate/) })
  })

  test('is not said of one that is still being written, was stopped or has failed', () => {
    for (const status of ['streaming', 'stalled', 'abandoned', 'cancelled', 'failed', 'deleted'] as const)
      expect(messageView(message({ text: '', status }), context).empty).toBe('')
  })

  test('is rendered again when only the reason is news', () => {
    const before = message({ finish: 'stop' })
    expect(sameButParts(before, { ...before, text: 'Hello there' })).toBe(true)
    expect(sameButParts(before, { ...before, finish: 'length' })).toBe(false)
    expect(sameButParts(before, { ...before, headers: { empty: 'tools' } })).toBe(false)
    expect(sameButParts(message({ text: ' ' }), message({ text: ' a' }))).toBe(false)
  })

  test('has its reason as an attribute', () => {
    expect(messageAttributes(message({ finish: 'length' }))).toMatchObject({ 'data-finish': 'length' })
    expect(messageAttributes(message())).not.toHaveProperty('data-finish')
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

test('there is no text to copy before the first word', () => {
  expect(messageView(message({ text: '', status: 'streaming' }), context).canCopy).toBe(false)
  expect(messageView(message(), context).canCopy).toBe(true)
})

describe('a prompt that is sent while an answer is written', () => {
  test.each([
    ['queued', {}, 'Waits for its turn', true],
    ['queued', { into: '01-a' }, 'Waits to be taken into the answer', true],
    ['queued', { clientId: 'user-2' }, 'Waits for its turn', false],
    ['taken-in', { into: '01-a' }, 'Taken into the answer', false],
    ['answered', {}, '', true],
    ['answered', { clientId: 'user-2' }, '', false],
    ['withdrawn', { status: 'deleted' }, 'Withdrawn', false],
  ] as const)('%s %j', (promptState, changes, state, canEdit) => {
    expect(messageView({ ...prompt, ...changes }, { ...context, promptState })).toMatchObject({ state, canEdit })
  })
})

test('only the person who asked can ask for another answer', () => {
  const answer = message()
  expect(messageView(answer, { ...context, askedBy: 'user-1' }).canRegenerate).toBe(true)
  expect(messageView(answer, { ...context, askedBy: 'user-2' }).canRegenerate).toBe(false)
  const failed = message({ status: 'failed', error: 'overloaded' })
  expect(messageView(failed, { ...context, askedBy: 'user-1' }).canRetry).toBe(true)
  expect(messageView(failed, { ...context, askedBy: 'user-2' }).canRetry).toBe(false)
})
