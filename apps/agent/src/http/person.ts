import { createHash } from 'node:crypto'
import * as v from 'valibot'

/**
 * The secret of a person of the apps. Each browser makes its own; a personal link takes it to another one. The client id is made of it, so
 * any agent can check whose client id a page may use, without a list of people.
 */
export const personSecret = v.pipe(
  v.string('secret must be a string'),
  v.regex(/^[0-9a-z]{26}$/, 'secret must be 26 lower-case letters and digits'),
)

/** Digits and letters without those that look like others. */
const letters = '0123456789abcdefghjkmnpqrstvwxyz'

/** The client id of the person with a secret: 80 bits of its hash. The apps compute the same. */
export function clientIdOf(secret: string): string {
  const hash = createHash('sha256').update(`streamfold person\n${secret}`).digest()
  return `person-${Array.from(hash.subarray(0, 16), (byte) => letters[byte % 32]).join('')}`
}

/** Whether a client id is one that a secret makes, or looks like one. */
export function isPersonal(clientId: string): boolean {
  const plain = clientId.toLowerCase().replace(/[035]/g, (digit) => ({ 0: 'o', 3: 'e', 5: 's' })[digit] ?? digit)
  return /^[^a-z0-9]*person(?![a-z0-9])/.test(plain)
}
