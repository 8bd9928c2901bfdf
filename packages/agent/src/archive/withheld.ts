import type { Conversation, Message } from '@streamfold/core'
import { toJSON } from '@streamfold/core'
import type { WithheldData } from '@streamfold/core/transport'
import type { WrittenMessage } from '../publish/messages/written-response.ts'
import { readWritten } from '../publish/messages/written-response.ts'

/** @param written what readers received */
export async function withheldData(serial: string, data: string, written: readonly WrittenMessage[]): Promise<WithheldData> {
  return { serial, data, shown: await digestOf(written.map((message) => message.data).join('')) }
}

/** The messages with what readers did not receive of them, for a model. */
export async function withWithheld(
  messages: readonly Message[],
  conversation: Conversation,
  withheld: readonly WithheldData[],
): Promise<readonly Message[]> {
  if (withheld.length === 0) return messages
  return Promise.all(
    messages.map(async (message) => {
      if (message.role !== 'assistant' || message.status === 'deleted') return message
      const data = await wholeData(conversation, message.id, withheld)
      return data === undefined ? message : { ...message, ...readWritten([{ data, isFramed: true }]) }
    }),
  )
}

/** The whole data of a response, if readers do not have all of it, and the response is the one that the data was kept for. */
export async function wholeData(
  conversation: Conversation,
  serial: string,
  withheld: readonly WithheldData[],
): Promise<string | undefined> {
  const entry = withheld.find((each) => each.serial === serial)
  return entry && entry.shown === (await digestOf(dataOf(conversation, serial))) ? entry.data : undefined
}

/** The data of a response as the channel has it, from all its messages. */
function dataOf(conversation: Conversation, serial: string): string {
  const { records } = toJSON(conversation)
  let data = ''
  let record = records.find(({ id }) => id === serial)
  for (const seen = new Set<string>(); record && !seen.has(record.id);) {
    seen.add(record.id)
    data += record.text
    const { id } = record
    record = records.find(({ placement }) => placement?.continues === id)
  }
  return data
}

async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
