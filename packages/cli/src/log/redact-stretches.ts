import type { ConversationEvent } from '@streamfold/core'
import { emptyConversation } from '@streamfold/core'
import { redactLog } from '@streamfold/core/log'
import type { Stretch } from '../channel/follow.ts'

/** Redacts a log piece by piece, so that everybody keeps one name throughout. */
export function createRedactor(): (stretch: Stretch) => Stretch {
  // The first word of everybody, said again before each piece: names are given in the order of appearance.
  const introductions = new Map<string, ConversationEvent>()
  return ({ events, arrivals }) => {
    for (const event of events) {
      if (!('clientId' in event) || event.clientId === undefined) continue
      const who = `${'role' in event ? event.role : ''} ${event.clientId}`
      if (!introductions.has(who)) introductions.set(who, 'text' in event ? { ...event, text: '' } : event)
    }
    const known = [...introductions.values()]
    const redacted = redactLog({
      start: emptyConversation(),
      events: [...known, ...events],
      arrivals: [...known.map(() => undefined), ...arrivals],
    })
    return {
      events: redacted.events.slice(known.length),
      arrivals: (redacted.arrivals ?? []).slice(known.length).filter((arrival) => arrival !== undefined),
    }
  }
}
