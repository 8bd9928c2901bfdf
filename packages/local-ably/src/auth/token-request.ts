import { createHmac } from 'node:crypto'
import { AblyError } from '../protocol/ably-error.ts'
import { isRecord } from '../shared/record.ts'
import { intersect, parseCapability, type Capability } from './capability.ts'
import { equalText, MAX_REVOCABLE_TTL, type Key } from './keys.ts'
import { issueToken, type TokenDetails } from './token.ts'

const DEFAULT_TTL = 3_600_000
const MAX_TTL = 86_400_000
const CLOCK_TOLERANCE = 120_000

/** Turns the TokenRequests of one server into tokens; a nonce works once. */
export class TokenRequests {
  readonly #nonces = new Map<string, number>()

  /** `signedIn` is true when the caller proved the key itself: then the request needs no mac. */
  async issue(key: Key, body: unknown, signedIn: boolean, now: number): Promise<TokenDetails> {
    if (!isRecord(body)) throw new AblyError(40000, 400, 'unable to issue a token; the request is not an object')
    const field = (name: string): string => textOf(body[name], name)
    if (body['keyName'] !== undefined && body['keyName'] !== key.name) {
      throw new AblyError(40101, 401, 'unable to issue a token; the keyName does not match the address')
    }
    if (!signedIn || field('mac') !== '') this.#checkSignature(key, field, now)
    const capability: Capability =
      field('capability') === '' ? key.capability : intersect(parseCapability(body['capability']), key.capability)
    const clientId = field('clientId')
    return issueToken(key, {
      issued: now,
      ttl: parseTtl(field('ttl'), key.revocableTokens ? MAX_REVOCABLE_TTL : MAX_TTL),
      capability,
      clientId: clientId === '' ? undefined : clientId,
    })
  }

  #checkSignature(key: Key, field: (name: string) => string, now: number): void {
    const signed = ['ttl', 'capability', 'clientId', 'timestamp', 'nonce'].map((name) => `${field(name)}\n`)
    const mac = createHmac('sha256', key.secret)
      .update(`${key.name}\n${signed.join('')}`)
      .digest('base64')
    if (!equalText(mac, field('mac'))) throw new AblyError(40101, 401, 'unable to issue a token; the mac is wrong')
    const timestamp = Number(field('timestamp'))
    if (!(Math.abs(timestamp - now) <= CLOCK_TOLERANCE)) {
      throw new AblyError(40104, 401, 'unable to issue a token; the timestamp is not current')
    }
    this.#useNonce(field('nonce'), now)
  }

  #useNonce(nonce: string, now: number): void {
    for (const [old, usedAt] of this.#nonces) {
      if (now - usedAt <= 2 * CLOCK_TOLERANCE) break
      this.#nonces.delete(old)
    }
    if (this.#nonces.has(nonce)) throw new AblyError(40105, 401, 'unable to issue a token; the nonce was used before')
    this.#nonces.set(nonce, now)
  }
}

function textOf(value: unknown, name: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  // A capability may be given as the object it stands for; it is read from the body itself.
  if (name === 'capability' && isRecord(value)) return JSON.stringify(value)
  throw new AblyError(40000, 400, `unable to issue a token; ${name} is neither text nor a number`)
}

function parseTtl(text: string, longest: number): number {
  if (text === '') return DEFAULT_TTL
  const ttl = Number(text)
  if (!Number.isFinite(ttl) || !(ttl > 0 && ttl <= longest)) {
    throw new AblyError(40003, 400, `unable to issue a token; the ttl must be between 1 and ${longest} ms`)
  }
  return ttl
}
