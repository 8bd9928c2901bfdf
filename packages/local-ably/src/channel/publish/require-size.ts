import { AblyError } from '../../protocol/ably-error.ts'
import type { Channel } from '../channel.ts'

/** Throws 40009/413 (P8) for more bytes than a publish may have, or a message, presence or annotation with all it holds. */
export function requireSize(channel: Channel, size: number): void {
  const limit = channel.host.options.maxMessageSize
  if (size <= limit) return
  throw new AblyError(40009, 413, `unable to accept the message; ${size} bytes are more than the limit of ${limit}`)
}
