import type { Event, Message as AgUiMessage } from '@ag-ui/core'
import type { Conversation } from '@streamfold/core'
import { selectPath } from '@streamfold/core'
import type { Session } from '@streamfold/testkit'
import { runSession, sessions } from '@streamfold/testkit'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { entriesOf } from '../src/shown/entries-of.ts'
import { messagesIn } from '../src/shown/entry.ts'
import { createShowing } from '../src/shown/showing.ts'
import { shownByAgUi } from './client-of-ag-ui.ts'

const numRuns = Number(process.env['LAW_RUNS'] ?? 200)
const seed = process.env['LAW_SEED'] === undefined ? {} : { seed: Number(process.env['LAW_SEED']) }
const timeout = 60_000 + 200 * numRuns

/** What a page may show before a run begins: what was shown at another time, messages of its own, in any order. */
type Before = readonly { readonly own: boolean; readonly of: number }[]

const before: fc.Arbitrary<Before> = fc.array(fc.record({ own: fc.boolean(), of: fc.nat(40) }), { maxLength: 4 })

describe('the laws of the events', () => {
  it(`what the client of AG-UI shows is the conversation, after every change (${numRuns} sessions)`, { timeout }, async () => {
    const warn = vi.spyOn(console, 'warn')
    await fc.assert(
      fc.asyncProperty(sessions(), before, fc.nat(), async (session, had, start) => {
        for (const states of statesOf(session)) await isShown(states, had, start)
        expect(warn.mock.calls).toEqual([])
      }),
      { numRuns, ...seed },
    )
  })
})

/** Each state of each reader of a session. */
function statesOf(session: Session): readonly (readonly Conversation[])[] {
  const { subscribers } = runSession(session)
  return subscribers.map((subscriber) => {
    subscriber.recover()
    return subscriber.steps.map(({ after }) => after)
  })
}

async function isShown(states: readonly Conversation[], had: Before, start: number): Promise<void> {
  if (states.length === 0) return
  const all = states.map((state) => entriesOf(selectPath(state)))
  const earlier = had.flatMap(({ own, of }, at): AgUiMessage[] => {
    if (own) return [{ id: `own-${at}`, role: at % 2 === 0 ? 'user' : 'reasoning', content: 'mine' }]
    const message = messagesIn(all.at(-1)!)[of]
    return message ? [message] : []
  })
  const unique = earlier.filter((message, at) => earlier.findIndex(({ id }) => id === message.id) === at)
  const showing = createShowing(unique)
  const followed = all.slice(start % all.length)
  const batches: (readonly Event[])[] = followed.map((entries) => showing.show(entries))
  const shown = await shownByAgUi([...batches, showing.close()], unique)
  for (const [at, entries] of followed.entries()) expect(shown[at]).toEqual(messagesIn(entries))
  expect(shown.at(-1)).toEqual(messagesIn(followed.at(-1)!))
}
