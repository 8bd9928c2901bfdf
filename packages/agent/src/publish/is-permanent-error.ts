/**
 * Ably's codes for what it refuses for good (wire protocol §14): the request, its size, its author or its right to be made would
 * be the same the next time. Of 401 only those that no renewed token changes; what a connection or a channel returns from by
 * itself (80xxx, 90001, 90007) and whatever is exceeded or fails at the service (429, 5xxxx) passes.
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
  40_161, // nobody in particular may not
  40_165, // a mode that the attachment did not ask for
  40_171, // no way to renew the token: the connection has failed
  40_300, // forbidden
  40_400, // no such message
  93_002, // the rule for changing messages is off
])

/** Whether an operation that was rejected with `error` would be rejected for ever. A channel that has failed names why as its cause. */
export function isPermanentError(error: unknown): boolean {
  let reason = error
  // Causes may go round in a circle.
  for (let depth = 0; depth < 5 && typeof reason === 'object' && reason !== null; depth++) {
    if ('code' in reason && typeof reason.code === 'number' && FINAL.has(reason.code)) return true
    reason = 'cause' in reason ? reason.cause : undefined
  }
  return false
}
