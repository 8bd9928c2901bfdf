import type { LocalAbly } from '@streamfold/local-ably'

/** What can happen to a reader, `ann`, in the middle of a response. */
export const faults: readonly [string, (server: LocalAbly) => unknown][] = [
  ['every frame comes twice', ({ faults }) => faults.duplicate({ clientId: 'ann' })],
  ['appends are merged', ({ faults }) => faults.conflate({ clientId: 'ann', ms: 20 })],
  ['appends come as full updates', ({ faults }) => faults.conflate({ clientId: 'ann', as: 'full' })],
  ['everything is late', ({ faults }) => faults.delay({ clientId: 'ann', ms: 30 })],
  ['the line is cut', ({ faults }) => faults.cut({ clientId: 'ann', refuseFor: 50 })],
  [
    'the line is cut and continuity lost',
    ({ faults }) => {
      faults.expireContinuity({ clientId: 'ann' })
      faults.cut({ clientId: 'ann', refuseFor: 50 })
    },
  ],
]
