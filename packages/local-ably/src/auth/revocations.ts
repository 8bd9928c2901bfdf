import { AblyError } from '../protocol/ably-error.ts'
import type { Principal } from './principal.ts'

/** What a revocation names: all tokens of a clientId, of a revocation key, or for a channel. */
export interface RevocationTarget {
  readonly type: 'clientId' | 'revocationKey' | 'channel'
  readonly value: string
}

interface Revocation {
  readonly keyName: string
  readonly target: RevocationTarget
  /** Tokens issued up to then are meant, ms since 1970. */
  readonly issuedBefore: number
  /** When it takes effect, ms since 1970. */
  readonly appliesAt: number
}

/** Tokens of revocable keys live an hour at most: older revocations have nothing left to revoke. */
const KEPT = 24 * 3_600_000

/** The tokens that are revoked before they expire (P94). */
export class Revocations {
  #revocations: Revocation[] = []

  add(revocation: Revocation, now: number): void {
    this.#revocations = this.#revocations.filter(({ appliesAt }) => appliesAt > now - KEPT)
    this.#revocations.push(revocation)
  }

  revoked(principal: Principal, now: number): boolean {
    return this.#revocations.some((revocation) => revocation.appliesAt <= now && concerns(revocation, principal))
  }

  error(): AblyError {
    return new AblyError(40141, 401, 'unable to continue; the token has been revoked')
  }
}

/** Whether a revocation is about this token. Keys themselves are never revoked this way. */
export function concerns(
  { keyName, target, issuedBefore }: Pick<Revocation, 'keyName' | 'target' | 'issuedBefore'>,
  principal: Principal,
): boolean {
  if (principal.kind !== 'token' || principal.keyName !== keyName) return false
  if ((principal.issued ?? 0) > issuedBefore) return false
  if (target.type === 'clientId') return principal.clientId === target.value
  if (target.type === 'revocationKey') return principal.revocationKey === target.value
  return Object.hasOwn(principal.capability, target.value)
}

/** Reads `clientId:ann`. Throws 40000 for anything else. */
export function parseTarget(text: string): RevocationTarget {
  const colon = text.indexOf(':')
  const type = text.slice(0, colon)
  const value = text.slice(colon + 1)
  if ((type === 'clientId' || type === 'revocationKey' || type === 'channel') && value !== '') return { type, value }
  throw new AblyError(40000, 400, `unable to revoke "${text}"; write a target as clientId:…, revocationKey:… or channel:…`)
}
