import type { Conversation } from '@streamfold/core'
import type { AgentChannel, ResponseArchive } from '@streamfold/core/transport'
import { normalise, reduce, toJSON } from '@streamfold/core'

/**
 * A conversation with what an archive holds of it beside: the channel's history ends after some days, and a page that begins with
 * the archive shows more than that. A model must know what the page shows.
 *
 * @param limit messages of the archive
 */
export async function recall(
  archive: ResponseArchive,
  channel: AgentChannel,
  known: Conversation,
  limit: number,
): Promise<Conversation> {
  const { messages, upTo } = await archive.read(channel.name, limit)
  const oldest = toJSON(known).records[0]?.id
  // Between what was read of the channel and where the archive ends nothing may be missing.
  const gap = upTo !== undefined && oldest !== undefined && upTo < oldest && known.context.hasOlder
  return (
    messages
      // Whose a message is was decided as it was put there.
      .map((message) => normalise(message, { source: 'cache', agent: () => message.name === 'response' }))
      .reduce(reduce, gap ? await channel.conversation(upTo) : known)
  )
}
