/** A version, a trace id, a span id and flags. A version that is not known yet may have more behind a hyphen, which has no meaning for us. */
const shape = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/
const zeros = /^0+$/

/**
 * Reads the trace context that a prompt or a response carries (P133), in the form of the W3C's header `traceparent`.
 *
 * @param value the value of the header, by anybody
 * @returns `00-<trace id>-<span id>-<flags>`; undefined for what is no trace context
 */
export function readTraceparent(value: unknown): string | undefined {
  const [, version, trace = '', span = '', flags, more] = (typeof value === 'string' && shape.exec(value)) || []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined
  return zeros.test(trace) || zeros.test(span) ? undefined : `00-${trace}-${span}-${flags}`
}
