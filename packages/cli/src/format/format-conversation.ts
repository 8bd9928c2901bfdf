import type { Conversation, Message } from '@streamfold/core'
import { selectConnectionStatus, selectMessages, selectStatus } from '@streamfold/core'
import { clockTime } from './clock-time.ts'
import type { Paint } from '../output.ts'
import { formatParts } from './format-parts.ts'
import { visible } from './visible.ts'

/** A conversation for people, message by message. */
export function formatConversation(state: Conversation, paint: Paint): string {
  return selectMessages(state)
    .map((message) => formatMessage(message, paint))
    .join('\n\n')
}

function formatMessage(message: Message, paint: Paint): string {
  const { role, clientId, parts, error } = message
  const who = paint(['bold', role === 'user' ? 'green' : 'blue'], visible(clientId ?? role))
  const failure = error === undefined ? [] : [paint('red', `  ${visible(error)}`)]
  return [`${who}  ${paint('gray', standing(message).join(', '))}`, ...formatParts(parts, paint), ...failure].join('\n')
}

function standing({ role, status, finish, continuity, clientId, updatedAt }: Message): readonly string[] {
  // The shown name identifies the author, and a user's message is always complete.
  const known = role === 'user' && status === 'complete'
  return [
    ...(clientId === undefined ? [] : [role]),
    ...(known ? [] : [status]),
    ...(finish === undefined || finish === 'stop' ? [] : [`ended by ${finish}`]),
    ...(continuity === 'gapped' ? ['gapped: text may be missing'] : []),
    ...(updatedAt > 0 ? [clockTime(updatedAt)] : []),
  ]
}

/** A conversation's status, in one line. */
export function formatStanding(state: Conversation): string {
  const { length } = selectMessages(state)
  return `${length} ${length === 1 ? 'message' : 'messages'}, ${selectStatus(state)}; the channel is ${selectConnectionStatus(state)}`
}
