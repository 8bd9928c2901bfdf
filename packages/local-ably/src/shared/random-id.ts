import { randomBytes } from 'node:crypto'

/** A URL-safe identifier without `:` or `-`, which carry meaning in message and presence ids. */
export function randomId(bytes = 8): string {
  return randomBytes(bytes).toString('hex')
}
