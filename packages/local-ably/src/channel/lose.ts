import { sendAttached } from './attach/attach.ts'
import type { Channel } from './channel.ts'
import { Deltas } from './deliver/deltas.ts'

/**
 * The store has lost its last writes, some of which were already delivered. The channel forgets them and sends every attachment ATTACHED
 * without RESUMED (P20), so that its client reads the channel again.
 */
export function lose(channel: Channel): void {
  channel.forgetUnstored()
  for (const attachment of channel.attachments) {
    attachment.sent.clear()
    // The next delta must not have a forgotten message as its base (P79).
    if (attachment.deltas !== undefined) attachment.deltas = new Deltas()
    sendAttached(attachment, 0, channel.serials.head)
  }
}
