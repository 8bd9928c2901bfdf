import type { ChannelStateChange, Connection, ConnectionStateChange, ErrorInfo, RealtimeChannel } from 'ably'
import type { ChannelChanged, ConnectionChanged } from '@streamfold/core'

type Dispatch = (event: ChannelChanged | ConnectionChanged) => void

/** Reports how channel and connection stand now, and every change from now on. @returns the way to stop. */
export function followChannel(channel: RealtimeChannel, connection: Connection, dispatch: Dispatch): () => void {
  const onConnection = (change: ConnectionStateChange) => {
    const event = connectionEvent(change.current, change.reason, change.retryIn)
    if (event) dispatch(event)
  }
  // An `update` of an attached channel arrives here too, with `current: 'attached'`.
  const onChannel = (change: ChannelStateChange) => {
    const event = channelEvent(change.current, change.reason, change.resumed)
    if (event) dispatch(event)
  }
  connection.on(onConnection)
  channel.on(onChannel)
  onConnection({ current: connection.state, previous: connection.state, reason: connection.errorReason })
  // What an attachment that others made has delivered so far is not known here: it begins now.
  onChannel({ current: channel.state, previous: channel.state, reason: channel.errorReason, resumed: false })
  return () => {
    connection.off(onConnection)
    channel.off(onChannel)
  }
}

export function channelEvent(state: string, reason: ErrorInfo | null | undefined, resumed: boolean): ChannelChanged | undefined {
  switch (state) {
    case 'attached':
      return { type: 'channel', state, resumed: resumed === true }
    case 'attaching':
      return { type: 'channel', state }
    // A channel being detached delivers nothing any more.
    case 'detaching':
    case 'detached':
      return { type: 'channel', state: 'detached' }
    case 'suspended':
    case 'failed':
      return { type: 'channel', state, ...said(reason) }
    default:
      return undefined
  }
}

function connectionEvent(state: string, reason: ErrorInfo | null | undefined, retryIn?: number): ConnectionChanged | undefined {
  switch (state) {
    case 'connected':
      return { type: 'connection', state }
    case 'connecting':
      return { type: 'connection', state }
    case 'disconnected':
    case 'suspended':
    case 'failed':
      return { type: 'connection', state, ...said(reason), ...(retryIn !== undefined && { retryIn }) }
    case 'closing':
    case 'closed':
      return { type: 'connection', state: 'closed' }
    default:
      return undefined
  }
}

function said(reason: ErrorInfo | null | undefined): { readonly error?: string } {
  return reason ? { error: reason.message } : {}
}
