import type { Conversation } from '@streamfold/core'
import { emptyConversation, normalise, reduce } from '@streamfold/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { selectMessageIds } from '../src/index.ts'

const serial = (at: number): string => `s${String(at).padStart(6, '0')}`

/** A conversation whose message at each place replies to the one at the given place, or is a prompt. */
function conversationOf(replies: readonly (number | undefined)[]): Conversation {
  return replies
    .map((to, at) =>
      normalise(
        {
          serial: serial(at),
          action: 'message.create',
          name: to === undefined ? 'prompt' : 'response',
          data: `text ${at}`,
          clientId: to === undefined ? 'ann' : 'agent',
          timestamp: at,
          version: { serial: serial(at), timestamp: at },
          extras: {
            headers: to === undefined ? { role: 'user' } : { role: 'assistant', status: 'complete', 'reply-to': serial(to) },
          },
        },
        { source: 'live' },
      ),
    )
    .reduce(reduce, emptyConversation())
}

const listed = (state: Conversation, order?: 'channel' | 'replies'): readonly string[] =>
  selectMessageIds(state, undefined, undefined, order).map(({ id }) => id)

/** Each message is a prompt, or replies to any message, also to itself, to a later one or to one that is not there. */
const replying = fc.array(fc.option(fc.nat(14), { nil: undefined }), { maxLength: 12 })

describe('the order of replies', () => {
  it('has each response directly behind its prompt, and waiting prompts last', () => {
    const state = conversationOf([undefined, undefined, undefined, 0, 2, 1, 1])
    expect(listed(state, 'replies')).toEqual([0, 3, 1, 5, 6, 2, 4].map(serial))
    expect(listed(state)).toEqual([0, 1, 2, 3, 4, 5, 6].map(serial))
  })

  it('moves a message only behind what it replies to', () => {
    fc.assert(
      fc.property(replying, (replies) => {
        const channel = replies.map((_, at) => serial(at))
        const order = listed(conversationOf(replies), 'replies')
        expect(order.toSorted()).toEqual(channel)
        const moved = (at: number): boolean => replies[at] !== undefined && replies[at] < at
        // Those that stay keep their order, and so do the replies to one message.
        const stay = order.filter((id) => !moved(channel.indexOf(id)))
        expect(stay).toEqual(stay.toSorted())
        for (const [to, id] of channel.entries()) {
          const own = order.filter((reply) => moved(channel.indexOf(reply)) && replies[channel.indexOf(reply)] === to)
          expect(own).toEqual(own.toSorted())
          if (own.length > 0) expect(order[order.indexOf(id) + 1]).toBe(own[0])
        }
      }),
    )
  })

  it('is the same list while a response grows, and another for the other order', () => {
    const state = conversationOf([undefined, undefined, 0])
    const ids = selectMessageIds(state, undefined, undefined, 'replies')
    expect(selectMessageIds(state, ids, undefined, 'replies')).toBe(ids)
    const grown = reduce(
      state,
      normalise(
        {
          serial: serial(2),
          action: 'message.append',
          data: ' more',
          timestamp: 9,
          version: { serial: serial(9), timestamp: 9 },
        },
        { source: 'live' },
      ),
    )
    expect(selectMessageIds(grown, ids, undefined, 'replies')).toBe(ids)
    expect(listed(grown)).toEqual([0, 1, 2].map(serial))
    expect(selectMessageIds(grown, ids).map(({ id }) => id)).toEqual([0, 1, 2].map(serial))
  })

  it('takes a chain of replies of any length', () => {
    const replies = Array.from({ length: 12_000 }, (_, at) => (at === 0 ? undefined : at - 1))
    expect(listed(conversationOf(replies), 'replies')).toHaveLength(12_000)
  })
})
