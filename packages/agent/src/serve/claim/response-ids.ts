import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { StreamOptions } from '../../publish/options/options.ts'
import { responseId } from './response-id.ts'

/** The message ids under which a response may be created: all agents derive the same, in the same order. */
export interface ResponseIds {
  /** The id to create with. @throws when users have taken every one of them. */
  current(): string
  /** Whether a user can work out the current id, and publish under it first. */
  readonly guessable: boolean
  /** The current id belongs to a message that a user has published, of this serial: the next one is tried. */
  taken(serial: string): void
  /** The message of the current id cannot be read, and may be a user's: the next id is one that no user can work out. */
  unreadable(serial: string): void
}

const TRIES = 8
/** Ids tried without a secret before agents no longer agree on one: each follows from the serial of the message that took the last. */
const AGREED = 4

/**
 * Without a `secret` the first id is `responseId`, which any user can work out and take before an agent does: the service makes one message of two
 * with the same id, and keeps the first. The ids after it are an HMAC-SHA-256 of the first.
 *
 * @param fallback keys that HMAC where no `secret` is given
 */
export function createResponseIds(options: StreamOptions, fallback: string | undefined): ResponseIds {
  const { replyTo, failedBefore = 0 } = options
  const derivable = options.id ?? (replyTo === undefined ? undefined : nameOf(replyTo, failedBefore + 1))
  const name = derivable ?? `response-${crypto.randomUUID()}`
  // An empty variable is an unset one.
  const secret = options.secret || undefined
  const known = secret ?? (fallback || undefined)
  const takenBy: string[] = []
  /** Agents do not agree on it; two answers are better than none. */
  let random: string | undefined
  const asNamed = (): boolean => takenBy.length === 0 && (secret === undefined || options.id !== undefined)
  return {
    get guessable() {
      return derivable !== undefined && (asNamed() || (known === undefined && random === undefined))
    },
    current() {
      if (takenBy.length >= TRIES)
        throw new Error(
          'unable to create the response; users have taken its message ids: give all agents of the channel the same `secret`',
        )
      if (asNamed()) return name
      if (known !== undefined) return derived(known, `${name} ${takenBy.length}`)
      if (takenBy.length > AGREED) random ??= `response-${crypto.randomUUID()}`
      return random ?? derived(takenBy.join(' '), name)
    },
    taken(serial) {
      takenBy.push(serial)
      random = undefined
    },
    unreadable(serial) {
      takenBy.push(serial)
      random = `response-${crypto.randomUUID()}`
    },
  }
}

function nameOf(promptSerial: string, attempt: number): string {
  return attempt === 1 ? responseId(promptSerial) : `${responseId(promptSerial)}-${attempt}`
}

function derived(secret: string, name: string): string {
  const bytes = new TextEncoder()
  return `response-${bytesToHex(hmac(sha256, bytes.encode(secret), bytes.encode(name)).subarray(0, 16))}`
}
