import type { Extras } from '../message/extras.ts'

const PREFIX = 'ably.channel.'

/** The claims of a JWT that other clients get to see, by channel name, `namespace:*` or `*`. */
export type UserClaims = ReadonlyMap<string, string>

/** Reads `ably.channel.NAME` and the like; a claim that is not text is none. */
export function parseUserClaims(claims: Readonly<Record<string, unknown>>): UserClaims | undefined {
  const found = new Map<string, string>()
  for (const [name, claim] of Object.entries(claims)) {
    if (name.startsWith(PREFIX) && typeof claim === 'string') found.set(name.slice(PREFIX.length), claim)
  }
  return found.size === 0 ? undefined : found
}

/** Extras as subscribers get them: with the claim of the client they come from, and without one that is not its own. */
export function stampUserClaim(claims: UserClaims | undefined, channel: string, extras: Extras | undefined): Extras | undefined {
  const claim = claims && mostSpecific(claims, channel)
  if (claim === extras?.['userClaim']) return extras
  const { userClaim: _others, ...rest } = extras ?? {}
  if (claim !== undefined) return { ...rest, userClaim: claim }
  return Object.keys(rest).length === 0 ? undefined : rest
}

/** The claim for the channel itself, else for its innermost namespace that has one, else for all. */
function mostSpecific(claims: UserClaims, channel: string): string | undefined {
  const exact = claims.get(channel)
  if (exact !== undefined) return exact
  for (let colon = channel.lastIndexOf(':'); colon > 0; colon = channel.lastIndexOf(':', colon - 1)) {
    const claim = claims.get(`${channel.slice(0, colon)}:*`)
    if (claim !== undefined) return claim
  }
  return claims.get('*')
}
