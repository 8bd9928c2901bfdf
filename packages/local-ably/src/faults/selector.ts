/** The connections that a fault matches: every given field must match; no field matches every connection. */
export interface Selector {
  readonly connectionId?: string | undefined
  readonly clientId?: string | undefined
  readonly channel?: string | undefined
  /** Serial of a message: only operations on this one. Faults of whole connections ignore it. */
  readonly message?: string | undefined
}

/** A connection, reduced to the fields that a selector compares. */
export interface FaultTarget {
  readonly id: string
  readonly clientId: string | undefined
}

/** Whether a selector matches an operation of a connection on one channel, and on one message. */
export function selectsOn(
  selector: Selector,
  connection: FaultTarget,
  channel: string | undefined,
  message?: string | undefined,
): boolean {
  if (selector.message !== undefined && selector.message !== message) return false
  return selectsClient(selector, connection) && (selector.channel === undefined || selector.channel === channel)
}

/** Whether a selector's connection id and client id match. */
export function selectsClient(selector: Selector, connection: FaultTarget): boolean {
  if (selector.connectionId !== undefined && selector.connectionId !== connection.id) return false
  return selector.clientId === undefined || selector.clientId === connection.clientId
}
