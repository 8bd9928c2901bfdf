import { timingSafeEqual } from 'node:crypto'
import { AblyError } from '../protocol/ably-error.ts'
import { EVERYTHING, parseCapability, type Capability } from './capability.ts'

export interface KeyOptions {
  /** `appId.keyId:secret` */
  readonly key: string
  /** What the key may do; everything by default. */
  readonly capability?: Capability
  /** Whether tokens of this key can be revoked; false by default, as with the service. */
  readonly revocableTokens?: boolean
}

/** How long a token that can be revoked may live, ms (P94). */
export const MAX_REVOCABLE_TTL = 3_600_000

export interface Key {
  readonly name: string
  readonly secret: string
  readonly capability: Capability
  readonly revocableTokens: boolean
}

/** The keys of the server, by name (`appId.keyId`). */
export class Keys {
  readonly #keys = new Map<string, Key>()

  constructor(keys: readonly (string | KeyOptions)[]) {
    for (const entry of keys) {
      const { key, capability, revocableTokens = false }: KeyOptions = typeof entry === 'string' ? { key: entry } : entry
      const parts = /^([^.:]+\.[^.:]+):(.+)$/.exec(key)
      if (!parts?.[1] || !parts[2]) {
        throw new AblyError(40000, 400, `unable to read the key "${key}"; write it as appId.keyId:secret`)
      }
      this.#keys.set(parts[1], {
        name: parts[1],
        secret: parts[2],
        capability: capability === undefined ? EVERYTHING : parseCapability(capability),
        revocableTokens,
      })
    }
  }

  find(name: string): Key | undefined {
    return this.#keys.get(name)
  }

  /** The names of all keys, in the order in which they were given. */
  names(): readonly string[] {
    return [...this.#keys.keys()]
  }

  hasApp(appId: string): boolean {
    for (const name of this.#keys.keys()) if (name.startsWith(`${appId}.`)) return true
    return false
  }

  /** The key a full `appId.keyId:secret` stands for. Throws 40400 for an unknown one, 40101 for a wrong secret; both 401. */
  verify(text: string): Key {
    const colon = text.indexOf(':')
    const key = this.#keys.get(text.slice(0, colon))
    if (key === undefined) throw new AblyError(40400, 401, 'unable to authenticate; no such key')
    if (!equalText(text.slice(colon + 1), key.secret)) throw invalid('the key secret is wrong')
    return key
  }
}

export function equalText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}

function invalid(reason: string): AblyError {
  return new AblyError(40101, 401, `unable to authenticate; ${reason}`)
}
