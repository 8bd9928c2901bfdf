import { describe, expect, it } from 'vitest'
import type { ChannelChanged, ConnectionChanged, ConversationEvent } from '@streamfold/core'
import {
  emptyConversation,
  selectConnectionStatus,
  selectMessages,
  selectStatus,
  selectUnanswered,
  selectUnansweredReason,
} from '@streamfold/core'
import { selectEffects } from '@streamfold/core/transport'
import { attached, fold, live, read, streaming } from './build.ts'

const tick = (now: number): ConversationEvent => ({ type: 'tick', now })
const start = (...events: readonly ConversationEvent[]) => fold([tick(1_000), ...attached, ...events])
const channel = (state: ChannelChanged['state'], resumed = false) => ({ type: 'channel', state, resumed }) as const
const connection = (state: ConnectionChanged['state']) => ({ type: 'connection', state }) as const
const prompt = (serial: string) => live('create', serial, 'hi', { serial, clientId: 'me', extras: { headers: { role: 'user' } } })
const answer = (serial: string, headers: Record<string, string> = {}) =>
  live('create', serial, 'x', { serial, extras: { headers: { ...streaming, status: 'complete', ...headers } } })

describe('how well the conversation follows its channel', () => {
  const hydrating = attached.slice(0, 3)

  it.each([
    ['connecting', 'nothing has happened yet', []],
    ['connecting', 'connected, and about to attach', [connection('connected'), channel('attaching')]],
    ['connecting', 'reading for the first time', hydrating],
    ['live', 'everything has been read', attached],
    ['catching-up', 'reading what was missed', [...attached, channel('attached')]],
    ['offline', 'the connection was lost while catching up', [...attached, channel('attached'), connection('connecting')]],
    ['catching-up', 'the channel attaches again on a connection', [...attached, channel('attaching')]],
    ['offline', 'the connection was lost', [...attached, connection('disconnected')]],
    ['offline', 'the connection is made again', [...attached, connection('disconnected'), connection('connecting')]],
    [
      'offline',
      'the channel continues before the connection reports it',
      [...attached, connection('connecting'), channel('attached', true)],
    ],
    ['offline', 'the connection is closed', [...attached, connection('closed')]],
    ['offline', 'suspended', [...attached, connection('suspended')]],
    ['offline', 'the first connection failed for now', [connection('disconnected')]],
    ['offline', 'the first connection is suspended', [connection('suspended')]],
    ['offline', 'the channel is suspended', [...attached, channel('suspended')]],
    ['disconnected', 'left by the user', [...attached, channel('detached')]],
    ['disconnected', 'left, and the connection lost as well', [...attached, channel('detached'), connection('disconnected')]],
    ['disconnected', 'left before anything was read', [...hydrating, channel('detached')]],
    ['disconnected', 'connected, not attached', [connection('connected')]],
    ['failed', 'the channel failed', [...attached, channel('failed')]],
    ['failed', 'the connection failed', [...attached, connection('failed')]],
    ['failed', 'the connection failed before all else', [connection('failed')]],
  ] as const)('%s: %s', (expected, _when, events) => {
    expect(selectConnectionStatus(fold(events))).toBe(expected)
  })

  it('catches up when the connection is back and the attachment is not yet', () => {
    expect(selectConnectionStatus(fold([...attached, connection('disconnected'), connection('connected')]))).toBe('catching-up')
  })
})

describe('the newest prompt that nothing answers', () => {
  const unanswered = (...events: readonly ConversationEvent[]) => selectUnanswered(start(...events))?.id

  it('is the last one, until a response names it or names none', () => {
    expect(unanswered()).toBeUndefined()
    expect(unanswered(answer('s1'))).toBeUndefined()
    expect(unanswered(prompt('s1'))).toBe('s1')
    expect(unanswered(answer('s1'), prompt('s2'))).toBe('s2')
    expect(unanswered(prompt('s1'), prompt('s2'))).toBe('s2')
    expect(unanswered(prompt('s1'), answer('s2', { 'reply-to': 's1' }))).toBeUndefined()
    expect(unanswered(prompt('s1'), answer('s2'))).toBeUndefined()
    expect(unanswered(prompt('s1'), prompt('s2'), answer('s3', { 'reply-to': 's1' }))).toBe('s2')
    expect(unanswered(prompt('s1'), prompt('s2'), answer('s3', { 'reply-to': 's2' }))).toBeUndefined()
    expect(unanswered(answer('s1'), { type: 'prompt-sent', key: 'k', text: 'hi', at: 1 })).toBe('k')
  })

  const reason = (...events: readonly ConversationEvent[]) => selectUnansweredReason(start(...events))

  it('has a reason after unansweredAfter of live time', () => {
    expect(reason()).toBeUndefined()
    expect(reason(prompt('s1'), tick(21_000))).toBeUndefined()
    expect(reason(prompt('s1'), tick(21_001))).toBe('no agent has answered yet')
    expect(reason(prompt('s1'), answer('s2'), tick(90_000))).toBeUndefined()
    expect(reason(prompt('s1'), connection('disconnected'), tick(90_000))).toBeUndefined()
    expect(reason({ type: 'prompt-sent', key: 'k', text: 'hi', at: 1 }, tick(90_000))).toBeUndefined()
    const own = fold([tick(1_000), ...attached, prompt('s1'), tick(1_011)], emptyConversation({ unansweredAfter: 10 }))
    expect(selectUnansweredReason(own)).toBe('no agent has answered yet')
  })

  it('has one at once where only a client that is not named as an agent has answered', () => {
    const claimed = live('create', 's2', 'x', { serial: 's2', clientId: 'bot', extras: { headers: streaming } })
    expect(reason(prompt('s1'), claimed)).toBe(
      'what says that it is an answer comes from a client that is not named as an agent (name its client id in the option `agent`)',
    )
    // An agent has written, and a user may say of a message what it likes.
    expect(reason(prompt('s0'), answer('s1'), claimed)).toBeUndefined()
    expect(reason(prompt('s1'))).toBeUndefined()
  })

  it('has the prompt’s own error at once', () => {
    expect(reason(prompt('s1'), { type: 'prompt-unanswered', serial: 's1', error: 'agent down' })).toBe('agent down')
    const failed = [
      { type: 'prompt-sent', key: 'k', text: 'hi', at: 1 },
      { type: 'prompt-failed', key: 'k', error: 'no network' },
    ]
    expect(reason(...(failed as ConversationEvent[]))).toBe('no network')
  })
})

describe('what a conversation is doing', () => {
  const status = (...events: readonly ConversationEvent[]) => selectStatus(start(...events))

  it.each([
    ['ready', []],
    ['ready', ['complete']],
    ['ready', ['cancelled']],
    ['error', ['failed']],
    ['streaming', ['streaming']],
    ['ready', ['failed', 'complete']],
    ['streaming', ['streaming', 'complete']],
  ] as const)('%s after responses that are %j', (expected, statuses) => {
    expect(status(...statuses.map((each, i) => answer(`s${i}`, { status: each })))).toBe(expected)
  })

  it('is an error when the last response was abandoned, none when an earlier one was', () => {
    const abandoned = [answer('s1', { status: 'streaming' }), tick(62_000)]
    expect(status(...abandoned)).toBe('error')
    expect(status(...abandoned, answer('s2'))).toBe('ready')
    expect(status(...abandoned, prompt('s2'))).toBe('submitted')
  })

  it('is an error when the channel failed, but not before what streams', () => {
    expect(status(prompt('s1'), answer('s2'), channel('failed'))).toBe('error')
    expect(status(answer('s1', { status: 'streaming' }), channel('failed'))).toBe('streaming')
    expect(status(prompt('s1'), answer('s2'), channel('suspended'))).toBe('ready')
  })

  it('is submitted while a prompt waits in its time, an error when it has waited too long', () => {
    const sent: ConversationEvent = { type: 'prompt-sent', key: 'k', text: 'hi', at: 1 }
    expect(status(sent)).toBe('submitted')
    expect(status(sent, { type: 'prompt-failed', key: 'k', error: 'no network' })).toBe('error')
    expect(status(prompt('s1'))).toBe('submitted')
    expect(status(prompt('s1'), tick(21_001))).toBe('error')
  })
})

describe('nothing new is the same value', () => {
  it('messages with prompts still being sent', () => {
    const state = start(answer('s1'), { type: 'prompt-sent', key: 'k', text: 'hi', at: 1 })
    expect(selectMessages(fold([tick(2_000)], state))).toBe(selectMessages(state))
    const other = fold([{ type: 'prompt-failed', key: 'k', error: 'no network' }], state)
    expect(selectMessages(other)).not.toBe(selectMessages(state))
    expect(selectMessages(other)).toMatchObject([{ id: 's1' }, { status: 'failed' }])
    const grown = fold([live('append', 'v3', 'y')], state)
    expect(selectMessages(grown)).toMatchObject([{ text: 'xy' }, { id: 'k' }])
  })

  it('effects', () => {
    const orphan = live('append', 'v3', 'c')
    const state = start(orphan)
    expect(selectEffects(fold([tick(2_000)], state))).toBe(selectEffects(state))
    // The stream continues: the same message, in a newer version.
    expect(selectEffects(fold([live('append', 'v4', 'd')], state))).toEqual([
      { type: 'fetchMessage', serial: 's1', atLeast: 'v4' },
    ])
    const hydrating = fold([...attached.slice(0, 3), orphan])
    expect(selectEffects(hydrating)).toMatchObject([{ type: 'fetchHistory' }, { type: 'fetchMessage' }])
    expect(selectEffects(fold([{ type: 'history', state: 'loaded' }], hydrating))).toMatchObject([{ type: 'fetchMessage' }])
    expect(selectEffects(fold([read('update', 'v3', 'abc')], state))).toEqual([])
  })
})
