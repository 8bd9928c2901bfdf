import type { Message } from '@streamfold/core'
import type { ResponseWriter } from '@streamfold/core/transport'

/** Ends a response whose agent has died. An empty append cannot lose text, should the author be alive after all. */
export async function closeAbandoned(writer: ResponseWriter, { id, headers }: Pick<Message, 'id' | 'headers'>): Promise<void> {
  await writer.append(id, { text: '', headers: { ...headers, status: 'failed', error: 'the agent stopped before the end' } })
}
