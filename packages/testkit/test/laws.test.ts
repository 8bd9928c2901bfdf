import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import type { Law } from '@streamfold/testkit'
import { laws, sessions } from '@streamfold/testkit'

const numRuns = Number(process.env['LAW_RUNS'] ?? 2_000)
// Set where two runs must agree; otherwise every run tries other sessions.
const seed = process.env['LAW_SEED'] === undefined ? {} : { seed: Number(process.env['LAW_SEED']) }
// Not a measure of speed: a soak on a busy machine takes its time.
const timeout = 60_000 + 60 * numRuns

const all: Record<string, Law> = {
  '1. replay: a version already folded changes nothing': laws.replayChangesNothing,
  '2. convergence: after recovery every reader shows what the server holds': laws.convergence,
  '3. no lie: a contiguous text is one the server held': laws.noLie,
  '4. a gapped response never grows by append': laws.gapsDoNotGrow,
  '5. sharing: an append changes one message reference': laws.sharing,
  '6. events of different serials commute': laws.commutation,
  '7. live equals history, however appends are split': laws.liveEqualsHistory,
  '8. redaction is immediate and a reopened message grows': laws.redaction,
  '9. replay and JSON give the live state': laws.replayEqualsLive,
  '11. keys are unique and stay, whatever ids are published': laws.keysAreUnique,
  '12. a deleted prompt ends its answers, whatever comes first': laws.deletedPromptsEndAnswers,
  '13. records make the messages that the protocol says, in any order': laws.groupsAreComposed,
  '14. parts are a function of the data': laws.partsFollowTheData,
  '15. an ended response has no open part': laws.endedHasNoOpenPart,
  '16. no text makes a frame': laws.noTextMakesAFrame,
}

describe('the laws of the core', () => {
  for (const [name, law] of Object.entries(all)) {
    it(`${name} (${numRuns} sessions)`, { timeout }, () => {
      fc.assert(fc.property(sessions(), law), { numRuns, ...seed })
    })
  }

  it(`17. appends that are lost or come twice are noticed (${numRuns} sessions)`, { timeout }, () => {
    fc.assert(fc.property(sessions({ spoilt: true }), laws.spoiltDeliveriesAreNoticed), { numRuns, ...seed })
  })

  it(`10. hostile input is ignored with a reason (${numRuns} inputs)`, { timeout }, () => {
    const fields = [
      'serial',
      'action',
      'data',
      'extras',
      'version',
      'clientId',
      'timestamp',
      'id',
      'name',
      '__proto__',
      'constructor',
    ]
    const nearly = fc.dictionary(
      fc.constantFrom(...fields),
      fc.oneof(fc.jsonValue(), fc.constantFrom('message.create', 'message.append', 's')),
    )
    const text = fc.oneof(fc.string(), fc.constantFrom('approve', 'output', '__proto__', '{', '\u{1e}', 's'))
    const claimed = fc.record({
      serial: fc.constant('s'),
      action: fc.constantFrom('message.create', 'message.update', 'message.delete', 'message.append'),
      name: fc.constantFrom('answer', 'cancel', 'prompt', 'response'),
      data: fc.oneof(text, fc.jsonValue()),
      clientId: fc.oneof(text, fc.jsonValue()),
      version: fc.oneof(fc.jsonValue(), fc.record({ serial: text, clientId: text })),
      extras: fc.record({
        headers: fc.dictionary(
          fc.constantFrom('target', 'call', 'kind', 'saw', 'into', 'status', 'role', '__proto__'),
          fc.oneof({ weight: 4, arbitrary: text }, fc.jsonValue()),
        ),
      }),
    })
    fc.assert(fc.property(fc.oneof(fc.anything(), fc.jsonValue(), nearly, claimed), laws.hostileInputIsIgnored), {
      numRuns,
      ...seed,
    })
  })
})
