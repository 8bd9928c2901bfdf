import { setup } from 'xstate'

/** What can happen to a message on its way to the service. */
export type PublishEvent =
  /** The service holds the message, and nobody else writes it. */
  | { type: 'message.opened' }
  | { type: 'message.refused' }
  /** Refused once too often, or left to somebody else. */
  | { type: 'message.given-up' }
  /** A rejected operation is newer than the last full update. */
  | { type: 'wire.damaged' }
  /** The same, so soon after a repair that the service needs a rest. */
  | { type: 'wire.damaged-again' }
  /** Every operation has been answered. */
  | { type: 'wire.settled' }
  | { type: 'repair.accepted' }
  /** Accepted, but an operation behind it was rejected meanwhile. */
  | { type: 'repair.outdated' }
  | { type: 'repair.refused' }
  /** Refused once too often after the end. */
  | { type: 'repair.given-up' }
  /** Refused for a reason that no further try changes. */
  | { type: 'repair.hopeless' }
  | { type: 'pause.over' }
  | { type: 'source.ended' }

/**
 * What is to be done, in the order given; `keep`: the last text goes out with the update that is due; `stop`: the source is not
 * wanted any more, as nothing can be written.
 */
export type PublishEffect = 'open' | 'append' | 'keep' | 'update' | 'pause' | 'stop' | 'close'

/**
 * One message being published: `opening → streaming → flushing → repairing → closed`. While it streams a repair runs beside the
 * appends, and never a second one; after the end `flushing` waits for what is on the wire and `repairing` for the repair.
 */
export const publishMachine = setup({
  types: { events: {} as PublishEvent },
  // Performed by message-stream.ts, which is handed them as data.
  actions: { open() {}, append() {}, keep() {}, update() {}, pause() {}, stop() {}, close() {} },
}).createMachine({
  id: 'publish',
  initial: 'opening',
  states: {
    opening: {
      initial: 'asking',
      on: { 'message.given-up': 'closed' },
      states: {
        asking: {
          entry: 'open',
          on: { 'message.opened': '#publish.streaming', 'message.refused': 'resting' },
        },
        resting: { entry: 'pause', on: { 'pause.over': 'asking' } },
      },
    },
    streaming: {
      initial: 'whole',
      states: {
        whole: {
          on: {
            'wire.damaged': { target: 'mending', actions: 'update' },
            'wire.damaged-again': { target: 'resting', actions: 'pause' },
            'source.ended': { target: '#publish.flushing', actions: 'append' },
          },
        },
        mending: {
          on: {
            'repair.accepted': 'whole',
            'repair.outdated': { target: 'resting', actions: 'pause' },
            'repair.refused': { target: 'resting', actions: 'pause' },
            'repair.hopeless': { target: '#publish.repairing.lost', actions: 'stop' },
            'source.ended': { target: '#publish.repairing.mending', actions: 'append' },
          },
        },
        resting: {
          on: {
            'pause.over': { target: 'mending', actions: 'update' },
            // What is known to be damaged must not be called complete: the update brings the end with it.
            'source.ended': { target: '#publish.repairing.resting', actions: 'keep' },
          },
        },
      },
    },
    flushing: {
      on: {
        'wire.damaged': { target: 'repairing.mending', actions: 'update' },
        'wire.damaged-again': { target: 'repairing.resting', actions: 'pause' },
        'wire.settled': 'closed',
      },
    },
    repairing: {
      initial: 'mending',
      states: {
        mending: {
          on: {
            'repair.accepted': '#publish.flushing',
            'repair.outdated': { target: 'resting', actions: 'pause' },
            'repair.refused': { target: 'resting', actions: 'pause' },
            'repair.given-up': 'lost',
            'repair.hopeless': 'lost',
          },
        },
        resting: { on: { 'pause.over': { target: 'mending', actions: 'update' } } },
        lost: { on: { 'wire.settled': '#publish.closed' } },
      },
    },
    closed: { type: 'final', entry: 'close' },
  },
})
