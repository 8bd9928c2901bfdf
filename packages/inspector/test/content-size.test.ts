import type { ConversationEvent } from '@streamfold/core'
import { escapeBody, frameHead, RS } from '@streamfold/core/codec'
import { expect, it } from 'vitest'
import { timelineOf } from '../src/model/read-timeline.ts'
import { live, story, storyLog } from './story.ts'

const of = (format: object) => ({ serial: 'r', extras: { headers: { role: 'assistant', status: 'streaming', ...format } } })
const [plain, framed] = [of({}), of({ format: 'parts/1' })]

/** Characters that each event brings, and by how many what is shown grew. */
function sizes(...events: readonly ConversationEvent[]): readonly (readonly [number, number])[] {
  const { entries } = timelineOf(storyLog([...story, ...events]))
  return entries.slice(story.length).map(({ size, added }) => [size, added])
}

it('counts what the parts of a message say, not the frames around it', () => {
  const call = frameHead({ type: 'tool', id: 'c', name: 'search' })
  const begun = [live('create', 'r1', '', plain), live('append', 'r2', 'Let me look.', plain)]
  const grown = [
    live('append', 'r3', `${call}{"q":`, framed),
    live('append', 'r4', '1}', framed),
    live('append', 'r5', `${frameHead({ type: 'meta' })}{"model":"m"}${frameHead({ type: 'end' })}`, framed),
    live('append', 'r6', frameHead({ type: 'text' }) + escapeBody(`a${RS}b`), framed),
  ]
  expect(sizes(...begun, ...grown)).toEqual([
    [0, 0],
    [12, 12],
    [5, 5],
    [2, 2],
    [0, 0],
    [3, 3],
  ])
  // A full version, one that is known, and an append that does not fit.
  const full = `Let me look.${call}{"q":1}`
  const late = live('append', 'r9', `${frameHead({ type: 'text' })}lost`, framed)
  expect(
    sizes(live('create', 'r1', full, framed), live('update', 'r2', `${full}${frameHead({ type: 'step' })}`, framed)),
  ).toEqual([
    [19, 19],
    [19, 0],
  ])
  const again: ConversationEvent = { type: 'channel', state: 'attached', resumed: false }
  expect(sizes(live('create', 'r1', full, framed), again, late)).toEqual([
    [19, 19],
    [0, 0],
    [4, 0],
  ])
})
