import type { Fields } from '../../source/fields.ts'
import { fieldsIn, isFields, textIn } from '../../source/fields.ts'

/** A new message that a webhook or a queue delivered, and that may be for the agent. */
export interface DeliveredMessage {
  readonly channelName: string
  readonly serial: string
  /** As the service stamped it. */
  readonly clientId: string | undefined
  /** Of an answer to a call: the response that has the call. */
  readonly responseSerial: string | undefined
}

/**
 * The new messages in the payload of an integration rule: a batch (`items`), or what an enveloped webhook or a queue has (`channel` and `messages`). What
 * is unreadable, changes a message, or is itself a response or a cancel, is left out.
 *
 * @returns undefined if the payload is none of these
 */
export function deliveredMessages(payload: unknown): readonly DeliveredMessage[] | undefined {
  if (!isFields(payload)) return undefined
  if (Array.isArray(payload['items'])) {
    return fieldsIn(payload['items']).flatMap(({ data }) =>
      isFields(data) ? messagesOf(data['channelId'], data['messages']) : [],
    )
  }
  return Array.isArray(payload['messages']) ? messagesOf(payload['channel'], payload['messages']) : undefined
}

/** Names of what is never for an agent. Other formats than ours have other names, so unknown ones are for it. */
const others: ReadonlySet<unknown> = new Set(['response', 'cancel'])
const CREATE = 0

function messagesOf(channel: unknown, messages: unknown): readonly DeliveredMessage[] {
  const channelName = textIn(channel)
  if (channelName === undefined) return []
  return fieldsIn(messages).flatMap((message) => {
    const serial = textIn(message['serial'])
    if (serial === undefined || (message['action'] ?? CREATE) !== CREATE || others.has(message['name'])) return []
    const responseSerial = message['name'] === 'answer' ? textIn(headersOf(message)['target']) : undefined
    return [{ channelName, serial, clientId: textIn(message['clientId']), responseSerial }]
  })
}

function headersOf({ extras }: Fields): Fields {
  const headers = isFields(extras) ? extras['headers'] : undefined
  return isFields(headers) ? headers : {}
}
