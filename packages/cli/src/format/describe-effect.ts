import type { Conversation, ConversationEvent, Message } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import { difference } from '@streamfold/core/log'
import type { Format } from '../output.ts'

/** What the fold made of an event, where that is worth a word. */
export interface Effect {
  readonly serial: string
  readonly word: string
  readonly format: Format
}

/** The fold changed nothing: what the event says was known, or it is older than what is known. */
export const nothingNew = 'nothing new'

/** How messages came to stand differently, apart from their text. */
export function describeEffects(before: Conversation, event: ConversationEvent, after: Conversation): readonly Effect[] {
  if (before.records === after.records) return []
  const serial = 'serial' in event ? event.serial : undefined
  if (serial !== undefined) return effectsOn(selectMessage(before, serial), selectMessage(after, serial))
  return difference(before, after).flatMap((one) => (one.type === 'changed' ? effectsOn(one.before, one.after) : []))
}

function effectsOn(before: Message | undefined, after: Message | undefined): readonly Effect[] {
  if (!after) return []
  const { id: serial } = after
  const effects: Effect[] = []
  if (after.continuity !== (before?.continuity ?? 'contiguous')) {
    effects.push(
      after.continuity === 'gapped'
        ? { serial, word: 'gap', format: ['red', 'bold'] }
        : { serial, word: 'repaired', format: ['green', 'bold'] },
    )
  }
  // A message that was whole when it was first seen says nothing by being so.
  if (before ? after.status !== before.status : after.status !== 'complete') {
    effects.push({ serial, word: after.status, format: formats[after.status] ?? 'gray' })
  }
  return effects
}

const formats: Partial<Record<Message['status'], Format>> = {
  complete: 'green',
  stalled: 'yellow',
  abandoned: 'red',
  failed: 'red',
  deleted: 'red',
  cancelled: 'magenta',
}
