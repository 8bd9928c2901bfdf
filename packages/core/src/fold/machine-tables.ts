// Generated from the machines by pnpm generate; a test compares. Each row: state, event, then the next state and its effects.

/** Where `channelMachine` can be; a state within a state is written with a dot. */
export type ChannelPlace =
  | 'detached'
  | 'attaching'
  | 'hydrating'
  | 'live'
  | 'interrupted.whole'
  | 'interrupted.partial'
  | 'recovering'
  | 'suspended'
  | 'failed'

export const channelTable = {
  detached: {
    'channel.attaching': ['attaching'],
    'channel.begun': ['hydrating', 'fetchHistory'],
    'channel.failed': ['failed'],
    'channel.resumed': ['hydrating', 'fetchHistory'],
    'channel.suspended': ['suspended'],
  },
  attaching: {
    'channel.begun': ['hydrating', 'fetchHistory'],
    'channel.detached': ['detached'],
    'channel.failed': ['failed'],
    'channel.resumed': ['hydrating', 'fetchHistory'],
    'channel.suspended': ['suspended'],
  },
  hydrating: {
    'channel.attaching': ['interrupted.partial'],
    'channel.begun': ['hydrating', 'fetchHistory'],
    'channel.detached': ['detached'],
    'channel.failed': ['failed'],
    'channel.suspended': ['suspended'],
    'connection.lost': ['interrupted.partial'],
    'history.loaded': ['live'],
    'history.retry': ['hydrating', 'fetchHistory'],
  },
  live: {
    'channel.attaching': ['interrupted.whole'],
    'channel.begun': ['recovering', 'fetchHistory'],
    'channel.detached': ['detached'],
    'channel.failed': ['failed'],
    'channel.suspended': ['suspended'],
    'connection.lost': ['interrupted.whole'],
  },
  'interrupted.whole': {
    'channel.begun': ['recovering', 'fetchHistory'],
    'channel.detached': ['detached'],
    'channel.failed': ['failed'],
    'channel.resumed': ['live'],
    'channel.suspended': ['suspended'],
  },
  'interrupted.partial': {
    'channel.begun': ['recovering', 'fetchHistory'],
    'channel.detached': ['detached'],
    'channel.failed': ['failed'],
    'channel.resumed': ['recovering', 'fetchHistory'],
    'channel.suspended': ['suspended'],
  },
  recovering: {
    'channel.attaching': ['interrupted.partial'],
    'channel.begun': ['recovering', 'fetchHistory'],
    'channel.detached': ['detached'],
    'channel.failed': ['failed'],
    'channel.suspended': ['suspended'],
    'connection.lost': ['interrupted.partial'],
    'history.loaded': ['live'],
    'history.retry': ['recovering', 'fetchHistory'],
  },
  suspended: {
    'channel.attaching': ['attaching'],
    'channel.begun': ['hydrating', 'fetchHistory'],
    'channel.detached': ['detached'],
    'channel.failed': ['failed'],
    'channel.resumed': ['hydrating', 'fetchHistory'],
  },
  failed: {
    'channel.attaching': ['attaching'],
    'channel.begun': ['hydrating', 'fetchHistory'],
    'channel.detached': ['detached'],
    'channel.resumed': ['hydrating', 'fetchHistory'],
    'channel.suspended': ['suspended'],
  },
} as const satisfies Table<ChannelPlace>

/** The region `status` of `responseMachine`. */
export const statusTable = {
  streaming: {
    'silence.abandoned': ['abandoned'],
    'silence.assumed': ['complete'],
    'silence.stalled': ['stalled'],
    'version.cancelled': ['cancelled'],
    'version.complete': ['complete'],
    'version.deleted': ['deleted'],
    'version.failed': ['failed'],
  },
  stalled: {
    'silence.abandoned': ['abandoned'],
    'version.cancelled': ['cancelled'],
    'version.complete': ['complete'],
    'version.deleted': ['deleted'],
    'version.failed': ['failed'],
    'version.streaming': ['streaming'],
  },
  abandoned: {
    'version.cancelled': ['cancelled'],
    'version.complete': ['complete'],
    'version.deleted': ['deleted'],
    'version.failed': ['failed'],
    'version.streaming': ['streaming'],
  },
  complete: {
    'version.cancelled': ['cancelled'],
    'version.deleted': ['deleted'],
    'version.failed': ['failed'],
    'version.streaming': ['streaming'],
  },
  cancelled: {
    'version.complete': ['complete'],
    'version.deleted': ['deleted'],
    'version.failed': ['failed'],
    'version.streaming': ['streaming'],
  },
  failed: {
    'version.cancelled': ['cancelled'],
    'version.complete': ['complete'],
    'version.deleted': ['deleted'],
    'version.streaming': ['streaming'],
  },
  deleted: {
    'version.cancelled': ['cancelled'],
    'version.complete': ['complete'],
    'version.failed': ['failed'],
    'version.streaming': ['streaming'],
  },
} as const satisfies Table

/** The region `continuity` of `responseMachine`. */
export const continuityTable = {
  contiguous: {
    'stream.lost': ['gapped'],
  },
  gapped: {
    'stream.based': ['contiguous'],
  },
} as const satisfies Table

type Table<Place extends string = string> = Readonly<
  Record<string, Readonly<Record<string, readonly [to: Place, ...effects: string[]]>>>
>
