import { describe, expect, it } from 'vitest'
import { emptyConversation, reduce, selectConnectionStatus, selectMessage, selectMessages, selectStatus } from '@streamfold/core'
import { selectEffects } from '@streamfold/core/transport'
import type { ConversationEvent } from '@streamfold/core'
import { attached, fold, live, raw, read, streaming } from './build.ts'
import { normalise } from '@streamfold/core'

const after = (...events: readonly ConversationEvent[]) => fold([{ type: 'tick', now: 1_000 }, ...attached, ...events])
const status = (...events: readonly ConversationEvent[]) => selectMessage(after(...events), 's1')?.status
const tick = (now: number): ConversationEvent => ({ type: 'tick', now })
const created = () => live('create', 'v1', 'a')

describe('a response', () => {
  it('stalls, is abandoned, and is revived by a newer version', () => {
    expect(status(created(), tick(9_000))).toBe('streaming')
    expect(status(created(), tick(12_000))).toBe('stalled')
    expect(status(created(), tick(62_000))).toBe('abandoned')
    expect(status(created(), tick(62_000), live('append', 'v2', 'b'))).toBe('streaming')
  })

  it('is abandoned soon when no agent is present', () => {
    expect(status(created(), { type: 'presence', agents: [] }, tick(7_000))).toBe('abandoned')
    expect(status(created(), { type: 'presence', agents: ['agent'] }, tick(7_000))).toBe('streaming')
  })

  it('no idle rule applies while the channel is not live', () => {
    expect(status(created(), { type: 'connection', state: 'disconnected' }, tick(90_000))).toBe('streaming')
  })

  it('ends with its author’s status', () => {
    for (const end of ['complete', 'cancelled', 'failed'] as const) {
      expect(status(created(), live('append', 'v2', '', { extras: { headers: { ...streaming, status: end } } }))).toBe(end)
    }
    expect(status(created(), live('append', 'v2', '', { version: { serial: 'v2', metadata: { phase: 'done' } } }))).toBe(
      'complete',
    )
  })

  it('of the plain pattern has no known end and is assumed complete when it falls silent', () => {
    const plain = live('create', 'v1', 'a', { extras: undefined })
    expect(status(plain)).toBe('streaming')
    expect(status(plain, tick(12_000))).toBe('complete')
    expect(status(plain, tick(12_000), live('append', 'v2', 'b', { extras: undefined }))).toBe('streaming')
  })

  it('keeps its headers when an append carries none', () => {
    const state = after(
      live('create', 'v1', '', { extras: { headers: { ...streaming, 'reply-to': 'p' } } }),
      live('append', 'v2', 'b', { extras: {} }),
    )
    expect(selectMessage(state, 's1')).toMatchObject({ replyTo: 'p', status: 'streaming' })
  })
})

describe('the role of an author', () => {
  const claim = { clientId: 'mallory', name: 'response', extras: { headers: { role: 'assistant', status: 'complete' } } }

  it('is decided from the client id, never from a header', () => {
    expect(normalise(raw('create', 'v1', 'x', claim))).toMatchObject({ role: 'user' })
    expect(normalise(raw('create', 'v1', 'x', claim), { agent: 'agent' })).toMatchObject({ role: 'user' })
    expect(normalise(raw('create', 'v1', 'x', { ...claim, extras: {} }), { agent: 'agent' })).toMatchObject({ role: 'user' })
    expect(normalise(raw('create', 'v1', 'x', claim), { agent: (id) => id === 'mallory' })).toMatchObject({ role: 'assistant' })
  })

  it('is the agent on a channel of the plain pattern', () => {
    expect(normalise({ serial: 's', action: 'message.create', data: 'x', name: 'anything' })).toMatchObject({ role: 'assistant' })
  })
})

describe('data of a product’s own shape', () => {
  const text = (data: unknown) => (typeof data === 'object' && data !== null && 'say' in data ? String(data.say) : undefined)

  it('is read by an option; what that cannot read is ignored', () => {
    expect(normalise({ ...raw('create', 'v1', ''), data: { say: 'hello' } }, { text })).toMatchObject({
      type: 'created',
      text: 'hello',
    })
    expect(normalise({ ...raw('create', 's1', ''), serial: 's1', data: 7 }, { text })).toEqual({
      type: 'ignored',
      reason: 'data is not text',
    })
  })
})

describe('a prompt', () => {
  const prompt = { type: 'prompt-sent', key: 'k', text: 'hi', at: 1 } as const
  const echo = () =>
    live('create', 'v1', 'hi', { id: 'k', clientId: 'me', name: 'prompt', extras: { headers: { role: 'user' } } })

  it('keeps its key when the channel echoes it, and is never doubled', () => {
    const sent = selectMessages(after(prompt))
    expect(sent).toMatchObject([{ key: 'k', id: 'k', status: 'sending' }])
    const real = selectMessages(after(prompt, echo(), prompt))
    expect(real).toMatchObject([{ key: 'k', id: 's1', status: 'complete', role: 'user' }])
  })

  it('stays with the reason when it fails, and can be sent again', () => {
    const failed = [prompt, { type: 'prompt-failed', key: 'k', error: 'no network' }] as const
    expect(selectMessages(after(...failed))).toMatchObject([{ status: 'failed', error: 'no network' }])
    expect(selectMessages(after(...failed, prompt))).toMatchObject([{ status: 'sending', error: undefined }])
  })

  it('is submitted, then streaming, then ready; or an error when no agent answers', () => {
    const reply = (headers: Record<string, string>) => ({
      serial: 's2',
      extras: { headers: { ...streaming, 'reply-to': 's1', ...headers } },
    })
    expect(selectStatus(after(echo()))).toBe('submitted')
    expect(selectStatus(after(echo(), tick(22_000)))).toBe('error')
    expect(selectStatus(after(echo(), { type: 'prompt-unanswered', serial: 's1', error: 'agent down' }))).toBe('error')
    expect(selectStatus(after(echo(), live('create', 's2', '', reply({}))))).toBe('streaming')
    expect(selectStatus(after(echo(), live('create', 's2', '', reply({})), tick(12_000)))).toBe('streaming')
    expect(selectStatus(after(echo(), live('create', 's2', '', reply({})), tick(62_000)))).toBe('error')
    expect(selectStatus(after(echo(), live('create', 's2', '', reply({ status: 'complete' }))))).toBe('ready')
  })
})

describe('the channel', () => {
  it('reads history on every attachment that does not continue the last, and shows it', () => {
    let state = fold(attached.slice(0, 3))
    expect(state.context.channel.status).toBe('hydrating')
    expect(selectEffects(state)).toEqual([{ type: 'fetchHistory', attempt: 1, downTo: undefined }])
    state = fold(
      [{ type: 'history', state: 'loaded' }, read('update', 'v1', 'a'), { type: 'connection', state: 'disconnected' }],
      state,
    )
    expect([state.context.channel.status, selectConnectionStatus(state)]).toEqual(['interrupted', 'offline'])
    state = fold(
      [
        { type: 'connection', state: 'connected' },
        { type: 'channel', state: 'attached', resumed: false },
      ],
      state,
    )
    expect([state.context.channel.status, selectConnectionStatus(state)]).toEqual(['recovering', 'catching-up'])
    expect(selectEffects(state)).toEqual([{ type: 'fetchHistory', attempt: 1, downTo: 's1' }])
    expect(fold([{ type: 'history', state: 'loaded' }], state).context.channel.status).toBe('live')
  })

  it('tries a failed read again after a growing pause', () => {
    let state = fold([tick(1_000), ...attached.slice(0, 3), { type: 'history', state: 'failed', error: 'no network' }])
    expect(state.context.channel).toMatchObject({ retryAt: 2_000, error: 'no network' })
    state = fold([tick(2_000)], state)
    expect(selectEffects(state)).toMatchObject([{ attempt: 2 }])
    expect(fold([{ type: 'history', state: 'failed' }], state).context.channel.retryAt).toBe(4_000)
  })

  it('continues without a read when the attachment resumed', () => {
    const state = fold([
      ...attached,
      { type: 'connection', state: 'disconnected' },
      { type: 'connection', state: 'connected' },
      { type: 'channel', state: 'attached', resumed: true },
    ])
    expect([state.context.channel.status, selectEffects(state)]).toEqual(['live', []])
  })
})

it('the same reference when nothing changed', () => {
  const state = after(created())
  for (const event of [
    created(),
    { type: 'ignored', reason: 'x' },
    tick(1),
    { type: 'connection', state: 'connected' },
  ] as const) {
    expect(reduce(state, event)).toBe(state)
  }
  expect(selectMessages(reduce(state, tick(2_000)))).toBe(selectMessages(state))
  expect(selectMessages(emptyConversation())).toBe(selectMessages(emptyConversation()))
})
