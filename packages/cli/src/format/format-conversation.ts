import type { Conversation, Message } from '@streamfold/core'
import { selectConnectionStatus, selectPath, selectSiblings, selectStatus } from '@streamfold/core'
import { clockTime } from './clock-time.ts'
import type { Paint } from '../output.ts'
import { formatParts } from './format-parts.ts'
import { visible } from './visible.ts'

/** A branch of a conversation for people, message by message. @param head as for `selectPath` */
export function formatConversation(state: Conversation, paint: Paint, head?: string): string {
  return selectPath(state, head)
    .map((message) => formatMessage(message, selectSiblings(state, message.id), paint))
    .join('\n\n')
}

function formatMessage(message: Message, versions: readonly Message[], paint: Paint): string {
  const { role, clientId, parts, error } = message
  const who = paint(['bold', role === 'user' ? 'green' : 'blue'], visible(clientId ?? role))
  const failure = error === undefined ? [] : [paint('red', `  ${visible(error)}`)]
  const head = `${who}  ${paint('gray', standing(message).join(', '))}`
  return [head, ...formatVersions(message, versions, paint), ...formatParts(parts, paint), ...failure].join('\n')
}

/** Where a message has others in its place, which of them it is, and what to give to `--branch` for those. */
function formatVersions({ id }: Message, versions: readonly Message[], paint: Paint): readonly string[] {
  const at = versions.findIndex((version) => version.id === id)
  if (versions.length < 2 || at < 0) return []
  const others = versions.filter((_, place) => place !== at).map((version) => visible(version.id))
  return [paint('gray', `  ‹${at + 1}/${versions.length}›, the others: ${others.join(', ')}`)]
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

/** The status of a branch of a conversation, in one line. @param head as for `selectPath` */
export function formatStanding(state: Conversation, head?: string): string {
  const { length } = selectPath(state, head)
  return `${length} ${length === 1 ? 'message' : 'messages'}, ${selectStatus(state, head)}; the channel is ${selectConnectionStatus(state)}`
}
