import { setup } from 'xstate'

/** What can happen to the lifecycle of a response. A `version.*` is a newer version of its text; `silence.*` is decided by `tick`. */
export type ResponseEvent =
  | { type: 'version.streaming' }
  | { type: 'version.complete' }
  | { type: 'version.cancelled' }
  | { type: 'version.failed' }
  | { type: 'version.deleted' }
  | { type: 'silence.stalled' }
  | { type: 'silence.abandoned' }
  | { type: 'silence.assumed' }
  | { type: 'stream.based' }
  | { type: 'stream.lost' }

/**
 * The lifecycle of one response: how it stands, in parallel with whether its text is whole. A newer version decides in
 * every state, so it also revives what was stalled, abandoned or ended. `silence.assumed` ends a response whose author
 * never marks an end.
 */
export const responseMachine = setup({ types: { events: {} as ResponseEvent } }).createMachine({
  id: 'response',
  type: 'parallel',
  states: {
    status: {
      initial: 'streaming',
      on: {
        'version.streaming': '.streaming',
        'version.complete': '.complete',
        'version.cancelled': '.cancelled',
        'version.failed': '.failed',
        'version.deleted': '.deleted',
      },
      states: {
        streaming: { on: { 'silence.stalled': 'stalled', 'silence.abandoned': 'abandoned', 'silence.assumed': 'complete' } },
        stalled: { on: { 'silence.abandoned': 'abandoned' } },
        abandoned: {},
        complete: {},
        cancelled: {},
        failed: {},
        deleted: {},
      },
    },
    continuity: {
      initial: 'contiguous',
      on: { 'stream.based': '.contiguous', 'stream.lost': '.gapped' },
      states: { contiguous: {}, gapped: {} },
    },
  },
})
