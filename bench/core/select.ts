import { normalise, reduce, selectMessages } from '@streamfold/core'
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
  // A state is listed once and remembered: each run needs states of its own.
  const states = () => appends.map((append) => reduce(before, normalise(append)))
  const selected = await race(
    {
      ours: {
        prepare() {
          const fresh = states()
          return () => {
            for (const state of fresh) selectMessages(state)
          }
        },
      },
    },
    { operations: appends.length },
  )
  const after = selectMessages(states()[0]!)
  const differing = after.filter((message, index) => message !== listed[index]).length
  const ms = selected.ours / 1e6
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
