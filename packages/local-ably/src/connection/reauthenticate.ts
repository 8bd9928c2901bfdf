import { resolveClientId } from '../auth/principal.ts'
import { verifyToken } from '../auth/token.ts'
import { grantModes } from '../channel/granted-modes.ts'
import { removeAttachment } from '../channel/detach.ts'
import { AblyError, toAblyError } from '../protocol/ably-error.ts'
import { Action } from '../protocol/actions.ts'
import { Frame } from '../protocol/frame.ts'
import type { InboundFrame } from '../protocol/protocol-message.ts'
import { isRecord } from '../record.ts'
import type { Connection } from './connection.ts'

/** Answers AUTH: the connection goes on with another token, on the channels it still permits. */
export function reauthenticate(connection: Connection, frame: InboundFrame): void {
  const { keys, options } = connection.broker
  const token = isRecord(frame['auth']) ? frame['auth']['accessToken'] : undefined
  if (typeof token !== 'string') throw new AblyError(40000, 400, 'unable to authenticate; the frame carries no access token')
  const principal = verifyToken(token, keys, options.clock.now())
  const current = connection.clientId
  const clientId = resolveClientId(principal, current === '*' ? undefined : current)
  if (current !== undefined && current !== '*' && clientId !== current) {
    throw new AblyError(40102, 401, 'unable to authenticate; the new token has another clientId')
  }
  connection.principal = principal
  connection.clientId = clientId
  for (const [name, attachment] of connection.attachments) {
    try {
      attachment.modes = grantModes(principal.capability, attachment.channel.name, attachment.modes)
    } catch (error) {
      removeAttachment(connection, name)
      connection.send(new Frame({ action: Action.ERROR, channel: name, error: toAblyError(error).toWire() }))
    }
  }
}
