import type { Conversation, ConversationEvent, Message, WireEvent } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import { describeDoubt, difference, stopsLengthCheck } from '@streamfold/core/log'
import type { Format } from '../output.ts'

/** The effect of an event on the conversation, if it is worth printing. */
export interface Effect {
  readonly serial: string
  readonly word: string
  readonly format: Format
}

/** The fold changed nothing: the event's contents were known, or older than what is known. */
export const nothingNew = 'nothing new'

/** How an event changed messages, apart from their text. */
export function describeEffects(before: Conversation, event: ConversationEvent, after: Conversation): readonly Effect[] {
  if (before.records === after.records) return []
  const serial = 'serial' in event ? event.serial : undefined
  if (serial !== undefined) {
    const effects = effectsOn(selectMessage(before, serial), selectMessage(after, serial))
    return 'version' in event ? [...effects, ...effectsOfLength(before, event, after)] : effects
  }
  return difference(before, after).flatMap((one) => (one.type === 'changed' ? effectsOn(one.before, one.after) : []))
}

/** What the lengths that an agent gives say (P104). */
function effectsOfLength(before: Conversation, event: WireEvent, after: Conversation): readonly Effect[] {
  const doubt = describeDoubt(before, event, after)
  return [
    ...(doubt === undefined ? [] : [{ serial: event.serial, word: doubt, format: 'red' } as const]),
    ...(stopsLengthCheck(before, after)
      ? [{ serial: event.serial, word: 'lengths are not checked any more', format: 'yellow' } as const]
      : []),
  ]
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
  // A message that is complete when it is first seen needs no note about it.
  if (before ? after.status !== before.status : after.status !== 'complete') {
    effects.push({ serial, word: after.status, format: formats[after.status] ?? 'gray' })
  }
  return effects
}

const formats: Partial<Record<Message['status'], Format>> = {
  complete: 'green',
  waiting: 'yellow',
  stalled: 'yellow',
  abandoned: 'red',
  failed: 'red',
  deleted: 'red',
  cancelled: 'magenta',
}
