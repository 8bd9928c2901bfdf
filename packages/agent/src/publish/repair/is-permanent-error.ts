/**
 * Ably's codes for permanent rejections: the request, its size, its author or the capability would be the same the next time. Of 401
 * only those that no renewed token changes. Errors from which a connection or a channel returns by itself (80xxx, 90001, 90007), exceeded
 * limits (429) and failures of the service (5xxxx) are not permanent.
 */
const FINAL: ReadonlySet<number> = new Set([
  40_000, // bad request
  40_003, // bad parameter
  40_009, // larger than a message may be
  40_010, // no such name of a channel
  40_012, // another's client id
  40_013, // data that cannot be
  40_101, // bad credentials: the connection has failed
  40_102, // incompatible credentials: the same
  40_160, // the capability does not allow it
  40_161, // no anonymous client may do it
  40_165, // a mode that the attachment did not ask for
  40_171, // no way to renew the token: the connection has failed
  40_300, // forbidden
  40_400, // no such message
  93_002, // the rule for changing messages is off
])

/** Whether an operation that was rejected with `error` would be rejected again. A failed channel gives the reason as its `cause`. */
export function isPermanentError(error: unknown): boolean {
  let reason = error
  // Causes may go round in a circle.
  for (let depth = 0; depth < 5 && typeof reason === 'object' && reason !== null; depth++) {
    if ('code' in reason && typeof reason.code === 'number' && FINAL.has(reason.code)) return true
    reason = 'cause' in reason ? reason.cause : undefined
  }
  return false
}
