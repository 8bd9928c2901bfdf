import { setup } from 'xstate'

/** Events of a response's lifecycle. `version.*` is a newer version of its text; `silence.*` comes from the idle rules. */
export type ResponseEvent =
  | { type: 'version.streaming' }
  | { type: 'version.waiting' }
  | { type: 'version.complete' }
  | { type: 'version.cancelled' }
  | { type: 'version.failed' }
  | { type: 'version.deleted' }
  | { type: 'silence.stalled' }
  | { type: 'silence.abandoned' }
  | { type: 'silence.assumed' }
  | { type: 'stream.based' }
  | { type: 'stream.lost' }

/** The events of the region `status`. */
export type StatusEvent = Exclude<ResponseEvent['type'], ContinuityEvent>

/** The events of the region `continuity`. */
export type ContinuityEvent = Extract<ResponseEvent['type'], `stream.${string}`>

/**
 * The lifecycle of one response: its status, in parallel with its continuity. A newer version counts in every state, so it also revives
 * a stalled, abandoned or ended response. A waiting one waits for a person, so no silence ends it. `silence.assumed` ends a response whose author never marks an end.
 */
export const responseMachine = setup({ types: { events: {} as ResponseEvent } }).createMachine({
  id: 'response',
  type: 'parallel',
  states: {
    status: {
      initial: 'streaming',
      on: {
        'version.streaming': '.streaming',
        'version.waiting': '.waiting',
        'version.complete': '.complete',
        'version.cancelled': '.cancelled',
        'version.failed': '.failed',
        'version.deleted': '.deleted',
      },
      states: {
        streaming: { on: { 'silence.stalled': 'stalled', 'silence.abandoned': 'abandoned', 'silence.assumed': 'complete' } },
        waiting: {},
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
