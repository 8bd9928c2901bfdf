import type { Conversation } from '@streamfold/core'
import { normalise, reduce, selectMessages } from '@streamfold/core'
import type { InboundMessage } from 'ably'
import { finished } from './conversations.ts'
import { ourAnswer } from './our-wire.ts'
import { race } from './race.ts'
import type { Measured } from './row.ts'
import { deltasOf } from './wire.ts'

const MESSAGES = 10_000
/** In milliseconds. */
const BUDGET = 0.1

/** The list of all messages, asked for after one append. */
export async function selectRows(): Promise<Measured[]> {
  const { create, appends } = ourAnswer(MESSAGES, deltasOf(100))
  const before = reduce(finished(MESSAGES - 1), normalise(create))
  const listed = selectMessages(before)
  const next = (state: Conversation, append: InboundMessage) => reduce(state, normalise(append))
  const times = await race(
    {
      listed: () => appends.reduce((state, append) => (selectMessages(state), next(state, append)), before),
      unlisted: () => appends.reduce(next, before),
    },
    { operations: appends.length },
  )
  const after = selectMessages(next(before, appends[0]!))
  const differing = after.filter((message, index) => message !== listed[index]).length
  const ms = (times.listed - times.unlisted) / 1e6
  return [
    {
      id: 'select-10k-messages',
      unit: 'ms',
      ours: ms,
      peers: {},
      ratio: ms / BUDGET,
      goal: { atMost: 1 },
      sound: differing === 1 && after.length === MESSAGES,
      note: `${differing} of ${after.length.toLocaleString('en')} elements is another object after one append; the ratio is to ${BUDGET} ms`,
    },
  ]
}
