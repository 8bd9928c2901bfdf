import type { ConversationEvent } from '@streamfold/core'

/** A step of a lifecycle: of the connection, the channel, or one message. */
export interface Change {
  readonly track: 'connection' | 'channel' | 'status' | 'continuity'
  /** The message whose lifecycle changed. */
  readonly serial: string | undefined
  readonly from: string | undefined
  readonly to: string
  /** The machine's event; undefined for the connection, which has no machine. */
  readonly event: string | undefined
}

/** The event for `channelMachine`. */
export function channelEventOf(event: ConversationEvent): string | undefined {
  switch (event.type) {
    case 'channel':
      return event.state !== 'attached' ? `channel.${event.state}` : event.resumed ? 'channel.resumed' : 'channel.begun'
    case 'connection':
      return 'connection.lost'
    case 'history':
      return 'history.loaded'
    case 'tick':
      return 'history.retry'
    default:
      return undefined
  }
}

/** The event for the region `status` of `responseMachine`. */
export function statusEventOf(event: ConversationEvent, to: string): string {
  if (event.type !== 'tick') return `version.${to}`
  return to === 'complete' ? 'silence.assumed' : `silence.${to}`
}

/** The event for the region `continuity` of `responseMachine`. */
export function continuityEventOf(to: string): string {
  return to === 'gapped' ? 'stream.lost' : 'stream.based'
}

/** Whether a problem starts or ends with this change. */
export function isTrouble({ from, to }: Change): boolean {
  return troubles.has(to) || (from !== undefined && troubles.has(from))
}

/** The states of the four tracks in which a reader may miss text. */
const troubles = new Set([
  'disconnected',
  'suspended',
  'failed',
  'closed',
  'interrupted.whole',
  'interrupted.partial',
  'recovering',
  'gapped',
  'stalled',
  'abandoned',
])
