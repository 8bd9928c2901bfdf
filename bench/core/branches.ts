import type { Conversation } from '@streamfold/core'
import { normalise, reduce, selectMessages, selectPath, selectSiblings } from '@streamfold/core'
import type { InboundMessage } from 'ably'
import { branched, folded } from './conversations.ts'
import { ourAnswer } from './our-wire.ts'
import { race } from './race.ts'
import type { Measured } from './row.ts'
import { deltasOf } from './wire.ts'

const MESSAGES = 10_000
const PROMPTS = MESSAGES / 2
/** Two of five prompts make one. */
const BRANCHES = (PROMPTS * 2) / 5
/** In milliseconds. */
const BUDGET = 0.1

/** The path of a view and the siblings of its last message, asked for after one append, in a conversation that people have edited a lot. */
export async function branchRows(): Promise<Measured[]> {
  const { prompt, create, appends } = ourAnswer(PROMPTS - 1, deltasOf(100))
  const before = folded(branched(PROMPTS - 1), [prompt, create])
  const streaming = create.serial ?? ''
  const shown = selectPath(before, streaming)
  const next = (state: Conversation, append: InboundMessage) => reduce(state, normalise(append))
  const select = (state: Conversation) => (selectPath(state, streaming), selectSiblings(state, streaming))
  // The list of all messages is measured in a row of its own.
  const times = await race(
    {
      selected: () => appends.reduce((state, append) => (selectMessages(state), select(state), next(state, append)), before),
      unselected: () => appends.reduce((state, append) => (selectMessages(state), next(state, append)), before),
    },
    { operations: appends.length },
  )
  const after = selectPath(next(before, appends[0]!), streaming)
  const differing = after.filter((message, index) => message !== shown[index]).length
  const ms = (times.selected - times.unselected) / 1e6
  return [
    {
      id: 'select-10k-branches',
      unit: 'ms',
      ours: ms,
      peers: {},
      ratio: ms / BUDGET,
      goal: { atMost: 1 },
      sound: differing === 1 && after.at(-1)?.id === streaming && selectMessages(before).length === MESSAGES,
      note: `a path of ${after.length.toLocaleString('en')} of ${MESSAGES.toLocaleString('en')} messages with ${BRANCHES.toLocaleString('en')} branches, and the siblings of its last message, after one append; the ratio is to ${BUDGET} ms`,
    },
  ]
}
