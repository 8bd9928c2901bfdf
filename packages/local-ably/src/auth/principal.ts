import { AblyError } from '../protocol/ably-error.ts'
import { allows, reaches, type Capability } from './capability.ts'
import type { UserClaims } from './user-claim.ts'

/** The identity and rights that a key or token gives. */
export interface Principal {
  readonly keyName: string
  readonly capability: Capability
  /** A name, `*` when it may assume any, undefined when anonymous. */
  readonly clientId: string | undefined
  readonly kind: 'key' | 'token'
  /** When the token ends, ms since 1970; a key does not. */
  readonly expires?: number | undefined
  /** When the token was issued, ms since 1970. */
  readonly issued?: number | undefined
  /** Claim `x-ably-revocation-key` of a JWT: a name under which its tokens can be revoked together. */
  readonly revocationKey?: string | undefined
  /** Claims `ably.channel.…` of a JWT: stamped on the client's messages, so that others can trust it (P92). */
  readonly userClaims?: UserClaims | undefined
}

/** The client id of a connection or request, given the one that it asked for (P5). */
export function resolveClientId(principal: Principal, asked: string | undefined): string | undefined {
  if (asked === undefined || asked === '') return principal.clientId
  if (principal.clientId === '*' || principal.clientId === asked) return asked
  throw new AblyError(
    40102,
    401,
    `unable to use the clientId "${asked}"; the token is for ${principal.clientId ?? 'no clientId'}`,
  )
}

/** The clientId stamped on a client's message, given the one that the client wrote (P5). */
export function stampClientId(identity: string | undefined, written: string | undefined): string | undefined {
  if (written === '*') throw new AblyError(40012, 400, 'unable to act as "*"; name one client')
  if (identity === '*') return written
  if (written !== undefined && written !== identity) {
    throw new AblyError(40012, 400, `unable to act as "${written}"; the client is ${identity ?? 'anonymous'}`)
  }
  return identity
}

/** Throws 40160 if no operation is allowed on a channel: then the channel is not created. */
export function requireAny(principal: Principal, channel: string): void {
  if (reaches(principal.capability, channel)) return
  throw new AblyError(40160, 401, `unable to access channel "${channel}"; the capability has nothing for it`)
}

export function requireCapability(principal: Principal, channel: string, operation: string): void {
  if (!allows(principal.capability, channel, operation)) {
    throw new AblyError(40160, 401, `unable to access channel "${channel}"; the capability lacks "${operation}"`)
  }
}
