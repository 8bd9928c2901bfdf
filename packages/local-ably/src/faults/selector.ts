import type { Connection } from '../connection/connection.ts'

/** Whom a fault is for; every field given must match, none given means everybody. */
export interface Selector {
  readonly connectionId?: string | undefined
  readonly clientId?: string | undefined
  readonly channel?: string | undefined
  /** Serial of a message: only what happens to this one. Faults of whole connections take no notice of it. */
  readonly message?: string | undefined
}

/** Whether a connection is meant; with a channel, whether it is attached to it. */
export function selects(selector: Selector, connection: Connection): boolean {
  if (!selectsClient(selector, connection)) return false
  if (selector.channel === undefined) return true
  for (const attachment of connection.attachments.values()) {
    if (attachment.channel.name === selector.channel) return true
  }
  return false
}

/** Whether something that happens to a connection on one channel, and to one message of it, is meant. */
export function selectsOn(
  selector: Selector,
  connection: Connection,
  channel: string | undefined,
  message?: string | undefined,
): boolean {
  if (selector.message !== undefined && selector.message !== message) return false
  return selectsClient(selector, connection) && (selector.channel === undefined || selector.channel === channel)
}

function selectsClient(selector: Selector, connection: Connection): boolean {
  if (selector.connectionId !== undefined && selector.connectionId !== connection.id) return false
  return selector.clientId === undefined || selector.clientId === connection.clientId
}
