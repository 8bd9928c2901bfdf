import { setup } from 'xstate'

/** Events of the channel's lifecycle. */
export type ChannelEvent =
  | { type: 'channel.attaching' }
  /** Attached, and the stream continues without loss (P21). */
  | { type: 'channel.resumed' }
  /** Attached, and earlier messages may have been missed (P20). */
  | { type: 'channel.begun' }
  | { type: 'channel.detached' }
  | { type: 'channel.suspended' }
  | { type: 'channel.failed' }
  | { type: 'connection.lost' }
  | { type: 'history.loaded' }
  /** The pause after a failed read is over. */
  | { type: 'history.retry' }

/** The outermost states of the channel's lifecycle. */
export type ChannelStatus =
  | 'detached'
  | 'attaching'
  | 'hydrating'
  | 'live'
  | 'interrupted'
  | 'recovering'
  | 'suspended'
  | 'failed'

/**
 * The lifecycle of the channel. An attachment that does not continue the last one goes through `hydrating` (the first time) or
 * `recovering`, where the effect `fetchHistory` is due.
 */
export const channelMachine = setup({
  types: { events: {} as ChannelEvent },
  // The client performs it; the machine only lists it (effect.ts).
  actions: { fetchHistory: () => {} },
}).createMachine({
  id: 'channel',
  initial: 'detached',
  on: {
    'channel.begun': '.hydrating',
    'channel.resumed': '.hydrating',
    'channel.detached': '.detached',
    'channel.suspended': '.suspended',
    'channel.failed': '.failed',
  },
  states: {
    detached: { on: { 'channel.attaching': 'attaching' } },
    attaching: {},
    hydrating: {
      entry: 'fetchHistory',
      on: {
        'channel.begun': { target: 'hydrating', reenter: true },
        'channel.resumed': undefined,
        'channel.attaching': 'interrupted.partial',
        'connection.lost': 'interrupted.partial',
        'history.loaded': 'live',
        'history.retry': { target: 'hydrating', reenter: true },
      },
    },
    live: {
      on: {
        'channel.begun': 'recovering',
        'channel.resumed': undefined,
        'channel.attaching': 'interrupted.whole',
        'connection.lost': 'interrupted.whole',
      },
    },
    interrupted: {
      initial: 'whole',
      on: { 'channel.begun': 'recovering' },
      states: {
        // History had been read to its end, and a resumed attachment delivers what was missed (P21).
        whole: { on: { 'channel.resumed': '#channel.live' } },
        partial: { on: { 'channel.resumed': '#channel.recovering' } },
      },
    },
    recovering: {
      entry: 'fetchHistory',
      on: {
        'channel.begun': { target: 'recovering', reenter: true },
        'channel.resumed': undefined,
        'channel.attaching': 'interrupted.partial',
        'connection.lost': 'interrupted.partial',
        'history.loaded': 'live',
        'history.retry': { target: 'recovering', reenter: true },
      },
    },
    suspended: { on: { 'channel.attaching': 'attaching' } },
    failed: { on: { 'channel.attaching': 'attaching' } },
  },
})
