import type { Conversation, Message } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessages } from '@streamfold/core'

/** The data of one message of a response, as it was written. */
export interface WrittenMessage {
  readonly data: string
  /** Whether the data has frames. */
  readonly isFramed: boolean
}

/** The response as its readers have it: its text and parts. @param written its messages, in order @param status of the last one */
export function readWritten(
  written: readonly WrittenMessage[],
  status: 'complete' | 'streaming' = 'complete',
): Pick<Message, 'text' | 'parts' | 'metadata'> {
  const events = written.map(({ data, isFramed }, at) => {
    const headers = {
      role: 'assistant',
      status: at === written.length - 1 ? status : 'complete',
      ...(isFramed && { format: 'parts/1' }),
      ...(at > 0 && { continues: serialOf(at - 1) }),
    }
    const version = { serial: serialOf(at), timestamp: 0 }
    const message = {
      serial: serialOf(at),
      action: 'message.update',
      name: 'response',
      clientId: 'agent',
      timestamp: 0,
      version,
      data,
    }
    return normalise({ ...message, extras: { headers } }, { agent: 'agent', source: 'local' })
  })
  const [message] = selectMessages(events.reduce<Conversation>(reduce, emptyConversation()))
  return message ?? { text: '', parts: [], metadata: undefined }
}

function serialOf(at: number): string {
  return String(at).padStart(6, '0')
}
