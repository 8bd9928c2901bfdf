import { assign, setup, transition } from 'xstate'

/** What can happen to the channel that a conversation lives on. */
export type ChannelEvent =
  | { type: 'channel.attaching' }
  | { type: 'channel.resumed' }
  | { type: 'channel.begun' }
  | { type: 'channel.detached' }
  | { type: 'channel.suspended'; error?: string | undefined }
  | { type: 'channel.failed'; error?: string | undefined }
  | { type: 'connection.lost' }
  | { type: 'history.loaded' }
  | { type: 'history.failed'; error?: string | undefined; retryAt: number }
  | { type: 'tick'; now: number }

export type ChannelStatus =
  | 'detached'
  | 'attaching'
  | 'hydrating'
  | 'live'
  | 'interrupted'
  | 'recovering'
  | 'suspended'
  | 'failed'

/** A state of `channelMachine`, as plain data. */
export interface ChannelState {
  readonly status: ChannelStatus
  readonly context: ChannelContext
}

export interface ChannelContext {
  /** Whether everything up to the present attachment has been read. */
  readonly hydrated: boolean
  /** Whether anything was ever read: tells a first hydration from a recovery. */
  readonly known: boolean
  /** Reads of history so far in this attachment. */
  readonly attempt: number
  /** When a failed read is tried again, by local time. */
  readonly retryAt: number | undefined
  readonly error: string | undefined
}

const initialContext: ChannelContext = { hydrated: false, known: false, attempt: 0, retryAt: undefined, error: undefined }

/**
 * The lifecycle of the channel. Whatever is lost is read again: an attachment that does not continue the last one
 * (`channel.begun`) goes through `hydrating` or `recovering`, where the effect `fetchHistory` is due.
 */
export const channelMachine = setup({
  types: { events: {} as ChannelEvent, context: {} as ChannelContext },
  actions: {
    fetchHistory: () => {},
    countAttempt: assign({ attempt: ({ context }) => context.attempt + 1 }),
    beginAnew: assign({ hydrated: false, error: undefined, retryAt: undefined, attempt: 0 }),
    blame: assign({ error: ({ event }) => ('error' in event ? event.error : undefined) }),
    planRetry: assign({ retryAt: ({ event }) => (event.type === 'history.failed' ? event.retryAt : undefined) }),
    settle: assign({ hydrated: true, known: true, retryAt: undefined, error: undefined }),
  },
  guards: {
    due: ({ context, event }) => event.type === 'tick' && context.retryAt !== undefined && event.now >= context.retryAt,
    hydrated: ({ context }) => context.hydrated,
    known: ({ context }) => context.known,
  },
}).createMachine({
  id: 'channel',
  initial: 'detached',
  context: initialContext,
  on: {
    'channel.detached': { target: '.detached', actions: 'beginAnew' },
    'channel.suspended': { target: '.suspended', actions: ['beginAnew', 'blame'] },
    'channel.failed': { target: '.failed', actions: ['beginAnew', 'blame'] },
    'channel.begun': [
      { guard: 'known', target: '.recovering', actions: 'beginAnew' },
      { target: '.hydrating', actions: 'beginAnew' },
    ],
    'channel.resumed': [
      { guard: 'hydrated', target: '.live' },
      { guard: 'known', target: '.recovering' },
      { target: '.hydrating' },
    ],
  },
  states: {
    detached: { on: { 'channel.attaching': 'attaching' } },
    attaching: {},
    hydrating: {
      entry: ['fetchHistory', 'countAttempt'],
      on: {
        'connection.lost': 'interrupted',
        'history.loaded': { target: 'live', actions: 'settle' },
        'history.failed': { actions: ['blame', 'planRetry'] },
        tick: { guard: 'due', target: 'hydrating', reenter: true, actions: 'planRetry' },
      },
    },
    live: { on: { 'connection.lost': 'interrupted', 'channel.attaching': 'interrupted' } },
    interrupted: {},
    recovering: {
      entry: ['fetchHistory', 'countAttempt'],
      on: {
        'connection.lost': 'interrupted',
        'history.loaded': { target: 'live', actions: 'settle' },
        'history.failed': { actions: ['blame', 'planRetry'] },
        tick: { guard: 'due', target: 'recovering', reenter: true, actions: 'planRetry' },
      },
    },
    suspended: { on: { 'channel.attaching': 'attaching' } },
    failed: { on: { 'channel.attaching': 'attaching' } },
  },
})

export const initialChannel: ChannelState = { status: 'detached', context: initialContext }

/** One step of `channelMachine`: the next state, the same when nothing changed, and whether history is to be read. */
export function stepChannel(state: ChannelState, event: ChannelEvent): { state: ChannelState; fetchHistory: boolean } {
  const before = channelMachine.resolveState({ value: state.status, context: state.context })
  const [next, actions] = transition(channelMachine, before, event)
  const same = next.value === before.value && next.context === before.context
  return {
    state: same ? state : { status: next.value as ChannelStatus, context: next.context },
    fetchHistory: actions.some((action) => action.type === 'fetchHistory'),
  }
}
