import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConversationEvent } from '@streamfold/core'
import { normalise, reduce, selectMessage, selectMessages, selectStatus } from '@streamfold/core'
import { attached, fold, live, read } from './build.ts'

const start = (...events: readonly ConversationEvent[]) => fold([{ type: 'tick', now: 1_000 }, ...attached, ...events])
const messages = (...events: readonly ConversationEvent[]) => selectMessages(start(...events))
const sent = (key: string, text = key) => ({ type: 'prompt-sent', key, text, clientId: 'me', at: 5 }) as const
const failed = (key: string, error = 'no network') => ({ type: 'prompt-failed', key, error }) as const
const echo = (id: string, serial: string) =>
  live('create', serial, id, { serial, id, clientId: 'me', extras: { headers: { role: 'user' } } })

describe('a prompt that was sent', () => {
  it('is shown at once, as the user’s own', () => {
    expect(messages(sent('k', 'hi'))).toEqual([
      {
        id: 'k',
        key: 'k',
        role: 'user',
        text: 'hi',
        parts: [{ type: 'text', text: 'hi', state: 'done' }],
        metadata: undefined,
        status: 'sending',
        continuity: 'contiguous',
        source: 'local',
        replyTo: undefined,
        clientId: 'me',
        error: undefined,
        createdAt: 5,
        updatedAt: 5,
        version: '',
        headers: { role: 'user' },
        into: undefined,
        placement: undefined,
        declaredPhase: undefined,
        deliveredVersion: undefined,
        lastActivityAt: 1_000,
      },
    ])
  })

  it('follows the channel’s messages in the order of sending, and is found by its key', () => {
    const state = start(sent('b'), sent('a'), live('create', 'v1', 'x'))
    expect(selectMessages(state).map(({ id }) => id)).toEqual(['s1', 'b', 'a'])
    expect(selectMessage(state, 'a')).toBe(selectMessages(state)[2])
    expect(selectMessage(state, 'c')).toBeUndefined()
  })

  it('is replaced by its echo, and by no other message', () => {
    const state = start(sent('a'), sent('b'), echo('a', 's1'))
    expect(selectMessages(state)).toMatchObject([
      { id: 's1', key: 'a', status: 'complete' },
      { id: 'b', key: 'b', status: 'sending' },
    ])
    expect(selectMessage(state, 'a')).toBeUndefined()
    const unrelated = start(sent('a'))
    expect(reduce(unrelated, echo('other', 's1')).context.pending).toBe(unrelated.context.pending)
  })

  it('is not confirmed by the echo of one whose key begins alike', () => {
    const pending = (...events: readonly ConversationEvent[]) => start(...events).context.pending.map(({ key }) => key)
    expect(pending(sent('kk'), sent('k'), echo('k', 's1'))).toEqual(['kk'])
    const theirs = (id: string, serial: string) =>
      live('create', serial, id, { serial, id, clientId: 'you', extras: { headers: { role: 'user' } } })
    // Where others have the keys, its own is another one.
    expect(pending(theirs('kx', 's0'), sent('kx'), sent('k'), echo('k', 's1'))).toEqual(['kx~'])
    const taken = [theirs('k', 's0'), theirs('k~', 's1'), sent('k')]
    expect(pending(...taken)).toEqual(['k~~'])
    expect(pending(...taken, echo('k', 's2'))).toEqual([])
    expect(pending(...taken, failed('k'))).toEqual(['k~~'])
  })

  it('is not confirmed by a later version of an older message', () => {
    const known = [echo('old', 's1'), sent('k')]
    const mine = { serial: 's1', id: 'k', clientId: 'me', extras: { headers: { role: 'user' } } }
    for (const version of [live('update', 's2', 'edited', mine), read('update', 's2', 'edited', mine)])
      expect(start(...known, version).context.pending).toHaveLength(1)
  })

  it('is not shown again if its echo arrived first, unless that was another user’s', () => {
    const first = start(echo('a', 's1'))
    expect(reduce(first, sent('a'))).toBe(first)
    expect(reduce(first, sent('b')).context.pending).toHaveLength(1)
    // A response whose serial happens to be the key is no echo.
    expect(messages(live('create', 'v1', 'x'), sent('s1'))).toHaveLength(2)
  })

  it('is shown once when it is sent twice, with the last text', () => {
    expect(messages(sent('a', 'one'), sent('b'), sent('a', 'two')).map(({ text }) => text)).toEqual(['two', 'b'])
  })
})

describe('a prompt that failed', () => {
  it('shows the reason, beside the others', () => {
    expect(messages(sent('a'), sent('b'), failed('a'))).toMatchObject([
      { key: 'a', text: 'a', status: 'failed', error: 'no network' },
      { key: 'b', text: 'b', status: 'sending', error: undefined },
    ])
  })

  it('is the same value until the reason changes; an unknown prompt changes nothing', () => {
    const state = start(sent('a'), sent('b'), failed('b'))
    expect(reduce(state, failed('b'))).toBe(state)
    expect(reduce(state, failed('c'))).toBe(state)
    expect(selectMessage(reduce(state, failed('b', 'too long')), 'b')?.error).toBe('too long')
  })
})

describe('a prompt that no agent could be asked to answer', () => {
  const unanswered = (serial: string, error: string | undefined) => ({ type: 'prompt-unanswered', serial, error }) as const

  it('shows the reason until it is withdrawn, and then gets its full time again', () => {
    const state = start(echo('a', 's1'), { type: 'tick', now: 9_000 }, unanswered('s1', 'agent down'))
    expect(selectMessage(state, 's1')).toMatchObject({ error: 'agent down', lastActivityAt: 9_000, text: 'a' })
    const asked = fold([{ type: 'tick', now: 12_000 }, unanswered('s1', undefined)], state)
    expect(selectMessage(asked, 's1')).toMatchObject({ error: undefined, lastActivityAt: 12_000 })
  })

  it('does not change a response, an unknown message or the same error', () => {
    const state = start(echo('a', 's1'), live('create', 's2', 'x', { serial: 's2' }), unanswered('s1', 'agent down'))
    for (const event of [unanswered('s1', 'agent down'), unanswered('s2', 'agent down'), unanswered('s3', 'agent down')])
      expect(reduce(state, event)).toBe(state)
  })
})

it('a prompt under an id that is the serial of another message has a key of its own, whichever comes first', () => {
  const serial = '01795380594868-001@7c8ea2f0fc:000'
  const answer = live('create', serial, 'answer', { serial })
  const later = '01795380599999-000@7c8ea2f0fc:000'
  const forged = live('create', later, 'mine', { serial: later, id: serial, clientId: 'mallory' })
  for (const events of [
    [answer, forged],
    [forged, answer],
  ])
    expect(selectMessages(fold(events)).map(({ key }) => key)).toEqual([serial, later])
})

it('no two prompts have one key, however many there are: the first that was read has its id, and the others their serials', () => {
  const ids = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.constantFrom('me', 'you')), {
    minLength: 100,
    maxLength: 160,
    size: 'max',
  })
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 7 }), (all, step) => {
      const taken = new Map<string, string>()
      const order = all.map((_, at) => (at * step) % all.length)
      fc.pre(new Set(order).size === all.length)
      const state = fold(
        order.map((at) => {
          const [id, clientId] = all[at]!
          const serial = `s${1_000 + at}`
          if (!taken.has(`id-${id}`)) taken.set(`id-${id}`, serial)
          return live('create', serial, 'x', { serial, id: `id-${id}`, clientId, extras: { headers: { role: 'user' } } })
        }),
      )
      for (const { id, key } of selectMessages(state)) expect(key).toBe(taken.get(key) === id ? key : id)
      expect(new Set(selectMessages(state).map(({ key }) => key)).size).toBe(all.length)
      // The holders of the ids are those that came first.
      const holders = selectMessages(state).filter(({ id, key }) => id !== key)
      expect(new Map(holders.map(({ id, key }) => [key, id]))).toEqual(taken)
    }),
    { numRuns: 40 },
  )
})

const published = (id: string, serial: string, clientId: string | undefined = 'me') =>
  normalise(
    {
      serial,
      action: 'message.create',
      name: 'prompt',
      data: id,
      id,
      clientId,
      timestamp: 7,
      extras: { headers: { role: 'user' } },
    },
    { agent: 'agent', source: 'local' },
  )
const answer = (serial: string, replyTo: string, status = 'streaming') =>
  live('create', serial, 'answer', { serial, extras: { headers: { role: 'assistant', status, 'reply-to': replyTo } } })

describe('a prompt that the service has acknowledged', () => {
  it('is on the channel before its echo, under its key, and takes the echo’s times and headers later', () => {
    const state = start(sent('k', 'k'), published('k', 's1'))
    expect(selectMessages(state)).toMatchObject([
      { id: 's1', key: 'k', status: 'complete', source: 'local', lastActivityAt: 1_000 },
    ])
    expect(state.context.pending).toEqual([])
    const echoed = reduce(state, echo('k', 's1'))
    expect(selectMessages(echoed)).toMatchObject([{ id: 's1', key: 'k', status: 'complete', source: 'live', createdAt: 1 }])
    expect(selectMessages(start(sent('k', 'k'), echo('k', 's1'), published('k', 's1')))).toEqual(selectMessages(echoed))
  })

  it('keeps the error that no agent could be notified when its echo arrives', () => {
    const unanswered = { type: 'prompt-unanswered', serial: 's1', error: 'agent down' } as const
    expect(messages(sent('k'), published('k', 's1'), unanswered, echo('k', 's1'))).toMatchObject([
      { id: 's1', error: 'agent down' },
    ])
  })

  it('has the channel’s text when it was edited or deleted before the acknowledgement', () => {
    const edited = live('update', 's2', 'edited', {
      serial: 's1',
      id: 'k',
      clientId: 'me',
      extras: { headers: { role: 'user' } },
    })
    expect(selectMessages(start(sent('k'), edited, published('k', 's1')))).toMatchObject([{ key: 'k', text: 'edited' }])
    const deleted = live('delete', 's2', 'k', { serial: 's1', id: 'k', clientId: 'me', extras: { headers: { role: 'user' } } })
    expect(selectMessages(start(sent('k'), published('k', 's1'), deleted))).toMatchObject([{ key: 'k', status: 'deleted' }])
  })

  it('is no longer pending if the service knew the id already, from any author', () => {
    const theirs = live('create', 's1', 'theirs', {
      serial: 's1',
      id: 'k',
      clientId: 'you',
      extras: { headers: { role: 'user' } },
    })
    const waiting = start(sent('k', 'mine'), theirs)
    expect(selectMessages(waiting)).toMatchObject([
      { id: 's1', key: 's1', text: 'theirs' },
      { key: 'k', text: 'mine', status: 'sending' },
    ])
    expect(selectMessages(reduce(waiting, published('k', 's1')))).toMatchObject([{ id: 's1', key: 's1', text: 'theirs' }])
  })

  it('matches its echo by any author while the client does not know its own id', () => {
    const { clientId: _, ...anonymous } = sent('k')
    expect(selectMessages(start(anonymous, echo('k', 's1')))).toMatchObject([{ id: 's1', key: 'k' }])
  })

  it('precedes its answer, also if the answer arrives before its own serial', () => {
    const before = [echo('old', 's1'), answer('s2', 's1', 'complete')]
    const order = (...events: readonly ConversationEvent[]) => messages(...before, ...events).map(({ key }) => key)
    expect(order(sent('k'), answer('s4', 's3'))).toEqual(['old', 's2', 'k', 's4'])
    expect(order(sent('k'), answer('s4', 's3'), published('k', 's3'))).toEqual(['old', 's2', 'k', 's4'])
    expect(order(sent('k'), sent('l'), answer('s5', 's3'))).toEqual(['old', 's2', 'k', 's5', 'l'])
    // Two answers to one prompt, a prompt that failed, and messages that answer nothing that is newer.
    expect(order(sent('k'), sent('l'), answer('s5', 's3'), answer('s6', 's3'))).toEqual(['old', 's2', 'k', 's5', 's6', 'l'])
    expect(order(sent('k'), sent('l'), answer('s5', 's3'), answer('s7', 's6'))).toEqual(['old', 's2', 'k', 's5', 'l', 's7'])
    expect(order(sent('k'), failed('k'), answer('s5', 's3'))).toEqual(['old', 's2', 's5', 'k'])
    const bare = { role: 'assistant', status: 'complete' }
    expect(order(sent('k'), live('create', 's5', 'x', { serial: 's5', extras: { headers: bare } }))).toEqual([
      'old',
      's2',
      's5',
      'k',
    ])
    const says = { serial: 's5', clientId: 'you', extras: { headers: { role: 'user', 'reply-to': 's4' } } }
    expect(order(sent('k'), live('create', 's5', 'x', says))).toEqual(['old', 's2', 's5', 'k'])
    // One more answer to a prompt that is not loaded is not the answer to what is being sent.
    expect(order(answer('s5', 's0'), sent('k'))).toEqual(['old', 's2', 's5', 'k'])
    expect(order(answer('s5', 's0'), answer('s6', 's0'), sent('k'))).toEqual(['old', 's2', 's5', 's6', 'k'])
  })

  it('precedes its answer, whatever the agent says after it', () => {
    const order = (...events: readonly ConversationEvent[]) =>
      messages(echo('old', 's1'), sent('k'), sent('l'), ...events).map(({ key }) => key)
    // Both prompts have their serials before the first answer arrives.
    expect(order(answer('s5', 's3'), answer('s7', 's4'))).toEqual(['old', 'k', 's5', 'l', 's7'])
    expect(order(answer('s5', 's3'), answer('s6', 's4'), answer('s7', 's3'))).toEqual(['old', 'k', 's5', 'l', 's6', 's7'])
    expect(order(answer('s5', 's3'), answer('s7', 's1'))).toEqual(['old', 'k', 's5', 's7', 'l'])
    expect(order(answer('s5', 's3'), answer('s7', 's5'))).toEqual(['old', 'k', 's5', 's7', 'l'])
    const bare = { role: 'assistant', status: 'complete' }
    const greeting = live('create', 's7', 'x', { serial: 's7', extras: { headers: bare } })
    expect(order(answer('s5', 's3'), greeting)).toEqual(['old', 'k', 's5', 's7', 'l'])
  })

  it('precedes its answer where nothing is before it', () => {
    expect(messages(sent('k'), answer('s2', 's1')).map(({ key }) => key)).toEqual(['k', 's2'])
    expect(messages(sent('k'), answer('002', '001')).map(({ key }) => key)).toEqual(['k', '002'])
  })
})

describe('an answer whose prompt is deleted', () => {
  const deleted = live('delete', 's9', '', { serial: 's1', id: 'k', clientId: 'me' })
  const restored = live('update', 't', 'k', { serial: 's1', id: 'k', clientId: 'me', extras: { headers: { role: 'user' } } })
  const status = (...events: readonly ConversationEvent[]) => selectMessage(start(...events), 's2')?.status

  it('is cancelled, in either order of arrival, and stays so while its agent writes or is idle', () => {
    const append = live('append', 's4', ' more', {
      serial: 's2',
      extras: { headers: { role: 'assistant', status: 'streaming', 'reply-to': 's1' } },
    })
    expect(status(echo('k', 's1'), answer('s2', 's1'), deleted)).toBe('cancelled')
    expect(status(deleted, answer('s2', 's1'))).toBe('cancelled')
    expect(status(answer('s2', 's1'), deleted, append)).toBe('cancelled')
    expect(status(answer('s2', 's1'), { type: 'tick', now: 90_000 }, deleted)).toBe('cancelled')
    expect(status(answer('s2', 's1'), deleted, { type: 'tick', now: 90_000 })).toBe('cancelled')
    expect(start(answer('s2', 's1'), deleted).context.open).toEqual([])
  })

  it('keeps its agent’s end, and continues when the prompt is restored', () => {
    expect(status(answer('s2', 's1', 'complete'), deleted)).toBe('complete')
    expect(status(answer('s2', 's1', 'failed'), deleted)).toBe('failed')
    expect(status(answer('s2', 's1'), deleted, restored)).toBe('streaming')
    expect(status(answer('s2', 's1', 'waiting'), deleted)).toBe('cancelled')
    expect(status(answer('s2', 's1', 'waiting'), deleted, restored)).toBe('waiting')
    expect(status(answer('s2', 's1', 'cancelled'), deleted, restored)).toBe('cancelled')
    expect(start(answer('s2', 's1'), deleted, restored).context.open).toEqual(['s2'])
  })

  it('is not ended by another message that is deleted: one of an agent, or one it does not name', () => {
    const other = live('delete', 's9', '', { serial: 's3', id: 'l', clientId: 'you', extras: { headers: { 'reply-to': 's1' } } })
    expect(status(echo('k', 's1'), answer('s2', 's1'), other)).toBe('streaming')
    const agents = live('delete', 's9', '', { serial: 's1' })
    expect(status(answer('s2', 's1'), agents)).toBe('streaming')
  })

  it('is a response: a message of a user does not end with another one', () => {
    const orphan = live('append', 's4', 'x', {
      serial: 's3',
      clientId: 'you',
      extras: { headers: { role: 'user', 'reply-to': 's1' } },
    })
    expect(selectMessage(start(deleted, orphan), 's3')?.status).toBe('streaming')
  })

  it('may be one that names itself', () => {
    expect(status(answer('s2', 's2'), live('update', 's3', 'more', { serial: 's2', extras: undefined }))).toBe('streaming')
  })

  it('needs no answer: a deleted prompt is not unanswered', () => {
    const state = start(echo('k', 's1'), deleted, { type: 'tick', now: 90_000 })
    expect(selectStatus(state)).toBe('ready')
  })
})
