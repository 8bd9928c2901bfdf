// Generated from the machines by pnpm generate; a test compares. Each row: state, event, then the next state and its commands.
import type { ChannelEvent } from '../machines/channel-machine.ts'
import type { ContinuityEvent, StatusEvent } from '../machines/response-machine.ts'
import type { Continuity, ResponseStatus } from '../protocol/message.ts'
import type { TransitionTable } from '../shared/transition-table.ts'

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

const channelTableFromAnyState = {
  'channel.detached': ['detached'],
  'channel.failed': ['failed'],
  'channel.suspended': ['suspended'],
} as const

export const channelTable: TransitionTable<ChannelPlace, ChannelEvent['type'], 'fetchHistory'> = {
  detached: {
    ...channelTableFromAnyState,
    'channel.attaching': ['attaching'],
    'channel.begun': ['hydrating', 'fetchHistory'],
    'channel.resumed': ['hydrating', 'fetchHistory'],
    'connection.lost': [],
    'history.loaded': [],
    'history.retry': [],
  },
  attaching: {
    ...channelTableFromAnyState,
    'channel.attaching': [],
    'channel.begun': ['hydrating', 'fetchHistory'],
    'channel.resumed': ['hydrating', 'fetchHistory'],
    'connection.lost': [],
    'history.loaded': [],
    'history.retry': [],
  },
  hydrating: {
    ...channelTableFromAnyState,
    'channel.attaching': ['interrupted.partial'],
    'channel.begun': ['hydrating', 'fetchHistory'],
    'channel.resumed': [],
    'connection.lost': ['interrupted.partial'],
    'history.loaded': ['live'],
    'history.retry': ['hydrating', 'fetchHistory'],
  },
  live: {
    ...channelTableFromAnyState,
    'channel.attaching': ['interrupted.whole'],
    'channel.begun': ['recovering', 'fetchHistory'],
    'channel.resumed': [],
    'connection.lost': ['interrupted.whole'],
    'history.loaded': [],
    'history.retry': [],
  },
  'interrupted.whole': {
    ...channelTableFromAnyState,
    'channel.attaching': [],
    'channel.begun': ['recovering', 'fetchHistory'],
    'channel.resumed': ['live'],
    'connection.lost': [],
    'history.loaded': [],
    'history.retry': [],
  },
  'interrupted.partial': {
    ...channelTableFromAnyState,
    'channel.attaching': [],
    'channel.begun': ['recovering', 'fetchHistory'],
    'channel.resumed': ['recovering', 'fetchHistory'],
    'connection.lost': [],
    'history.loaded': [],
    'history.retry': [],
  },
  recovering: {
    ...channelTableFromAnyState,
    'channel.attaching': ['interrupted.partial'],
    'channel.begun': ['recovering', 'fetchHistory'],
    'channel.resumed': [],
    'connection.lost': ['interrupted.partial'],
    'history.loaded': ['live'],
    'history.retry': ['recovering', 'fetchHistory'],
  },
  suspended: {
    ...channelTableFromAnyState,
    'channel.attaching': ['attaching'],
    'channel.begun': ['hydrating', 'fetchHistory'],
    'channel.resumed': ['hydrating', 'fetchHistory'],
    'connection.lost': [],
    'history.loaded': [],
    'history.retry': [],
  },
  failed: {
    ...channelTableFromAnyState,
    'channel.attaching': ['attaching'],
    'channel.begun': ['hydrating', 'fetchHistory'],
    'channel.resumed': ['hydrating', 'fetchHistory'],
    'connection.lost': [],
    'history.loaded': [],
    'history.retry': [],
  },
}

// The region `status` of `responseMachine`.
const statusTableFromAnyState = {
  'version.cancelled': ['cancelled'],
  'version.complete': ['complete'],
  'version.deleted': ['deleted'],
  'version.failed': ['failed'],
  'version.streaming': ['streaming'],
  'version.waiting': ['waiting'],
} as const

export const statusTable: TransitionTable<ResponseStatus, StatusEvent> = {
  streaming: {
    ...statusTableFromAnyState,
    'silence.abandoned': ['abandoned'],
    'silence.assumed': ['complete'],
    'silence.stalled': ['stalled'],
  },
  waiting: { ...statusTableFromAnyState, 'silence.abandoned': [], 'silence.assumed': [], 'silence.stalled': [] },
  stalled: { ...statusTableFromAnyState, 'silence.abandoned': ['abandoned'], 'silence.assumed': [], 'silence.stalled': [] },
  abandoned: { ...statusTableFromAnyState, 'silence.abandoned': [], 'silence.assumed': [], 'silence.stalled': [] },
  complete: { ...statusTableFromAnyState, 'silence.abandoned': [], 'silence.assumed': [], 'silence.stalled': [] },
  cancelled: { ...statusTableFromAnyState, 'silence.abandoned': [], 'silence.assumed': [], 'silence.stalled': [] },
  failed: { ...statusTableFromAnyState, 'silence.abandoned': [], 'silence.assumed': [], 'silence.stalled': [] },
  deleted: { ...statusTableFromAnyState, 'silence.abandoned': [], 'silence.assumed': [], 'silence.stalled': [] },
}

// The region `continuity` of `responseMachine`.
const continuityTableFromAnyState = { 'stream.based': ['contiguous'], 'stream.lost': ['gapped'] } as const

export const continuityTable: TransitionTable<Continuity, ContinuityEvent> = {
  contiguous: { ...continuityTableFromAnyState },
  gapped: { ...continuityTableFromAnyState },
}
