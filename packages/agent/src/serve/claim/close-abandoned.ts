import type { MessageRecord } from '@streamfold/core'
import type { ResponseWriter } from '@streamfold/core/transport'

/** Ends a response that nobody writes any more: its agent has died. An empty append cannot lose text, should the author be alive after all. */
export async function closeAbandoned(
  writer: ResponseWriter,
  { id, headers, text, continuity }: Pick<MessageRecord, 'id' | 'headers' | 'text' | 'continuity'>,
  end: { readonly status: 'failed' | 'cancelled'; readonly error?: string } = {
    status: 'failed',
    error: 'the agent stopped before the end',
  },
): Promise<void> {
  const draft = { text: '', headers: { ...headers, ...end } }
  // Of a gapped text the length is not known.
  await writer.append(id, continuity === 'contiguous' ? { ...draft, metadata: { len: text.length } } : draft)
}
