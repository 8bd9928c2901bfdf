/** What a number may be. */
export interface Bounds {
  readonly from: number
  /** Default: no bound, and Infinity is allowed. */
  readonly below?: number
}

/**
 * An option, or its default where it is not given.
 *
 * @throws TypeError, RangeError with the option, its value and its bounds: a rate of 0 or NaN would wait for ever
 */
export function checkNumber(
  name: string,
  given: number | undefined,
  otherwise: number,
  { from, below = Infinity }: Bounds,
): number {
  // As from untyped code: JSON's null, or a number out of the environment.
  const value: unknown = given ?? otherwise
  if (typeof value !== 'number')
    throw new TypeError(`unable to use the options; ${name} is a ${typeof value}: give a number${sayBounds(from, below)}`)
  if (value >= from && (below === Infinity || value < below)) return value
  throw new RangeError(`unable to use the options; ${name} is ${value}: give a number${sayBounds(from, below)}`)
}

function sayBounds(from: number, below: number): string {
  const least = from === Number.MIN_VALUE ? ' above 0' : ` of at least ${from}`
  return below === Infinity ? least : `${least} and below ${below}`
}
