import type { AblyError } from '../protocol/ably-error.ts'
import { Action } from '../protocol/actions.ts'
import { Frame } from '../protocol/frame.ts'
import type { Connection } from './connection.ts'

/** CONNECTED: the first frame on a socket (P71), and the answer to a new token on a live connection (P74). */
export function connectedFrame(connection: Connection, error?: AblyError): Frame {
  const { options, connections } = connection.host
  const { connectionRate } = options.limits
  return new Frame({
    action: Action.CONNECTED,
    connectionId: connection.id,
    connectionDetails: {
      connectionKey: connection.issueKey(),
      clientId: connection.clientId,
      maxMessageSize: options.maxMessageSize,
      maxFrameSize: 524_288,
      // Clients obey an announced limit, so no limit is announced where there is none.
      maxInboundRate: connectionRate === Number.POSITIVE_INFINITY ? undefined : connectionRate,
      connectionStateTtl: options.connectionStateTtl,
      maxIdleInterval: options.maxIdleInterval,
      serverId: connections.serverId,
      siteCode: 'loc',
    },
    error: error?.toWire(),
  })
}
