import { sendAttached } from './attach.ts'
import type { Channel } from './channel.ts'
import { Deltas } from './deltas.ts'

/**
 * The store has lost what was written last, some of which subscribers have been sent: it is forgotten here, and whoever is attached is
 * told, as Ably tells of lost continuity, to read the channel again.
 */
export function lose(channel: Channel): void {
  channel.forgetUnstored()
  for (const attachment of channel.attachments) {
    attachment.sent.clear()
    // The next message must not be what changed since one that is forgotten.
    if (attachment.deltas !== undefined) attachment.deltas = new Deltas()
    sendAttached(attachment, 0, channel.serials.head)
  }
}
