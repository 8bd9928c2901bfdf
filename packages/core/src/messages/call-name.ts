import type { Conversation } from '../fold/conversation.ts'
import { countingRecords, groupOf } from '../fold/groups.ts'
import { find } from '../fold/record-list.ts'
import { messageOf } from './message.ts'

/**
 * The name that an agent gave to the message with a call, where the channel's codec reads a response from several messages; undefined for any other.
 *
 * @param response serial of the response
 */
export function callName({ records }: Conversation, response: string, toolCallId: string): string | undefined {
  const record = find(records, response)
  const group = record && groupOf(records, record)
  const isOf = (one: (typeof records.base)[number]) =>
    messageOf(one).parts.some((part) => 'toolCallId' in part && part.toolCallId === toolCallId)
  return group && countingRecords(group).find((one) => isOf(one))?.placement?.name
}
