import { setup } from 'xstate'

/** What can happen to a message on its way to the service. */
type PublishStepEvent =
  /** The service holds the message, and no other agent writes it. */
  | { type: 'create.accepted' }
  | { type: 'create.rejected' }
  /** Rejected once too often, or permanently. */
  | { type: 'create.given-up' }
  /** A rejected operation is newer than the last full update. */
  | { type: 'text.damaged' }
  /** The same, so soon after a repair that the service needs a pause, or while the connection has no turn for an update. */
  | { type: 'text.damaged-again' }
  /** Every operation has been answered. */
  | { type: 'operations.settled' }
  | { type: 'repair.accepted' }
  /** Accepted, but an operation behind it was rejected meanwhile. */
  | { type: 'repair.outdated' }
  | { type: 'repair.rejected' }
  /** Rejected once too often after the end. */
  | { type: 'repair.given-up' }
  /** Rejected for a reason that no further try changes. */
  | { type: 'repair.rejected-permanently' }
  | { type: 'pause.over' }
  | { type: 'source.ended' }

/**
 * One message being published: `opening → streaming → flushing → repairing → closed`. While it streams a repair runs beside the
 * appends, and never a second one; after the end `flushing` waits for what is on the wire and `repairing` for the repair.
 *
 * Actions, in the order given: `create` the message; `append` the waiting text; `keep` it for the update that is due; `update`
 * sends the whole text; `pause`; `stop` the source, as nothing can be written; `close`.
 */
export const publishMachine = setup({
  types: { events: {} as PublishStepEvent },
  // Performed by publish-state.ts, which reads them from the generated table.
  actions: { create() {}, append() {}, keep() {}, update() {}, pause() {}, stop() {}, close() {} },
}).createMachine({
  id: 'publish',
  initial: 'opening',
  states: {
    opening: {
      initial: 'creating',
      on: { 'create.given-up': 'closed' },
      states: {
        creating: {
          entry: 'create',
          on: { 'create.accepted': '#publish.streaming', 'create.rejected': 'pausing' },
        },
        pausing: { entry: 'pause', on: { 'pause.over': 'creating' } },
      },
    },
    streaming: {
      initial: 'intact',
      states: {
        intact: {
          on: {
            'text.damaged': { target: 'updating', actions: 'update' },
            'text.damaged-again': { target: 'pausing', actions: 'pause' },
            'source.ended': { target: '#publish.flushing', actions: 'append' },
          },
        },
        updating: {
          on: {
            'repair.accepted': 'intact',
            'repair.outdated': { target: 'pausing', actions: 'pause' },
            'repair.rejected': { target: 'pausing', actions: 'pause' },
            'repair.rejected-permanently': { target: '#publish.repairing.lost', actions: 'stop' },
            'source.ended': { target: '#publish.repairing.updating', actions: 'append' },
          },
        },
        pausing: {
          on: {
            'pause.over': { target: 'updating', actions: 'update' },
            // What is known to be damaged must not be called complete: the update brings the end with it.
            'source.ended': { target: '#publish.repairing.pausing', actions: 'keep' },
          },
        },
      },
    },
    flushing: {
      on: {
        'text.damaged': { target: 'repairing.updating', actions: 'update' },
        'text.damaged-again': { target: 'repairing.pausing', actions: 'pause' },
        'operations.settled': 'closed',
      },
    },
    repairing: {
      initial: 'updating',
      states: {
        updating: {
          on: {
            'repair.accepted': '#publish.flushing',
            'repair.outdated': { target: 'pausing', actions: 'pause' },
            'repair.rejected': { target: 'pausing', actions: 'pause' },
            'repair.given-up': 'lost',
            'repair.rejected-permanently': 'lost',
          },
        },
        pausing: { on: { 'pause.over': { target: 'updating', actions: 'update' } } },
        lost: { on: { 'operations.settled': '#publish.closed' } },
      },
    },
    closed: { type: 'final', entry: 'close' },
  },
})
