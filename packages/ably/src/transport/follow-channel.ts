import type { ChannelStateChange, Connection, ConnectionStateChange, ErrorInfo, RealtimeChannel } from 'ably'
import type { ChannelChanged, ConnectionChanged } from '@streamfold/core'

type Dispatch = (event: ChannelChanged | ConnectionChanged) => void

/** Reports the states of channel and connection now, and every change. @returns stops reporting */
export function followChannel(channel: RealtimeChannel, connection: Connection, dispatch: Dispatch): () => void {
  /** Whether the attachment delivers nothing, although the client is attached. */
  const deaf = (): string | undefined => {
    if (channel.modes?.includes('subscribe') !== false) return undefined
    return `nothing can be received on "${channel.name}" (grant "subscribe" in the capability of its token, and keep SUBSCRIBE among the channel's modes)`
  }
  const onConnection = (change: ConnectionStateChange) => {
    const event = connectionEvent(change.current, change.reason, change.retryIn)
    if (event) dispatch(event)
  }
  // An `update` of an attached channel arrives here too, with `current: 'attached'`.
  const onChannel = (change: ChannelStateChange) => {
    const reason = change.current === 'attached' ? deaf() : undefined
    const event: ChannelChanged | undefined =
      reason === undefined
        ? channelEvent(change.current, change.reason, change.resumed)
        : { type: 'channel', state: 'failed', error: reason }
    if (event) dispatch(event)
  }
  connection.on(onConnection)
  channel.on(onChannel)
  onConnection({ current: connection.state, previous: connection.state, reason: connection.errorReason })
  // The deliveries of an existing attachment are unknown, so it counts as new.
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
    // A channel that is being detached delivers nothing more.
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
      return {
        type: 'connection',
        state,
        ...said(reason),
        ...(isRefusal(reason) && { refused: true }),
        ...(retryIn !== undefined && { retryIn }),
      }
    case 'closing':
    case 'closed':
      return { type: 'connection', state: 'closed', error: 'the client was closed' }
    default:
      return undefined
  }
}

/** Errors that refuse a client: a failing token endpoint (80019, 40170), and errors of keys, tokens and capabilities. */
function isRefusal(reason: ErrorInfo | null | undefined): boolean {
  const code = reason?.code ?? 0
  const expires = code === 40142 // The client renews it by itself.
  return !expires && (code === 80019 || (code >= 40100 && code < 40200) || (code >= 40300 && code < 40400))
}

function said(reason: ErrorInfo | null | undefined): { readonly error?: string } {
  return reason ? { error: reason.message } : {}
}
