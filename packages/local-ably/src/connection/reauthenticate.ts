import { authenticateSocket } from '../auth/authenticate.ts'
import { resolveClientId, type Principal } from '../auth/principal.ts'
import { regrant } from '../channel/attach/attach.ts'
import { failChannel } from '../channel/attach/detach.ts'
import { AblyError, toAblyError } from '../protocol/ably-error.ts'
import type { InboundFrame } from '../protocol/protocol-message.ts'
import { isRecord } from '../shared/record.ts'
import { connectedFrame } from './connected-frame.ts'
import type { Connection } from './connection.ts'

/**
 * Answers AUTH with CONNECTED: the connection goes on with another token, on the channels it still permits. A token that
 * is invalid, or belongs to another client, ends it (P74, RTC8a). Never rejects.
 */
export async function reauthenticate(connection: Connection, frame: InboundFrame): Promise<void> {
  const { transport } = connection
  try {
    const token = isRecord(frame['auth']) ? frame['auth']['accessToken'] : undefined
    if (typeof token !== 'string') throw new AblyError(40000, 400, 'unable to authenticate; the frame carries no access token')
    const principal = await authenticateSocket(connection.host, { kind: 'token', text: token })
    if (connection.transport !== transport) return
    adopt(connection, principal)
    connection.send(connectedFrame(connection))
  } catch (error) {
    if (connection.transport === transport) connection.fail(toAblyError(error, 'authentication', connection.host.options.log))
  }
}

function adopt(connection: Connection, principal: Principal): void {
  const current = connection.clientId
  const clientId = resolveClientId(principal, current === '*' ? undefined : current)
  if (current !== undefined && current !== '*' && clientId !== current) {
    throw new AblyError(40102, 401, 'unable to authenticate; the new token has another clientId')
  }
  connection.principal = principal
  connection.clientId = clientId
  for (const [name, attachment] of connection.attachments) {
    try {
      regrant(attachment)
    } catch (error) {
      failChannel(connection, name, error)
    }
  }
}
