import type { Conversation } from '@streamfold/core'
import { fromJSON, selectMessages, selectStatus, selectUnanswered, toJSON } from '@streamfold/core'
import { onlyTextChanged } from '@streamfold/core/transport'
import { runSession, sessions } from '@streamfold/testkit'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'

/** All that a reader sees but texts, by a conversation that remembers nothing of the one before. */
function besidesTexts(state: Conversation): unknown {
  const fresh = fromJSON(toJSON(state))
  const messages = selectMessages(fresh).map(({ id, key, role, status, replyTo }) => ({ id, key, role, status, replyTo }))
  return { messages, status: selectStatus(fresh), unanswered: selectUnanswered(fresh)?.id }
}

it('says so of nothing in which more than a text changed, and of most appends', () => {
  let appends = 0
  let told = 0
  fc.assert(
    fc.property(sessions(), (session) => {
      for (const { steps } of runSession(session).subscribers) {
        for (const { event, before, after } of steps) {
          const same = onlyTextChanged(before, after)
          // A message of several records may change in more than its text, so it is skipped.
          if (event.type === 'appended' && before !== after && !after.context.grouped) {
            appends++
            if (same) told++
          }
          if (same) expect(besidesTexts(after)).toEqual(besidesTexts(before))
        }
      }
    }),
    { numRuns: 300 },
  )
  expect(told / appends).toBeGreaterThan(0.5)
})

it('leaves nothing of what the selectors remember', () => {
  fc.assert(
    fc.property(sessions(), (session) => {
      for (const { steps } of runSession(session).subscribers) {
        for (const { after } of steps) expect(selectUnanswered(after)).toEqual(selectUnanswered(fromJSON(toJSON(after))))
      }
    }),
    { numRuns: 300 },
  )
})
