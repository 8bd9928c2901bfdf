import type { ConversationEvent } from '@streamfold/core'
import { emptyConversation } from '@streamfold/core'
import { redactLog } from '@streamfold/core/log'
import type { Stretch } from '../channel/follow.ts'

/** Redacts a log in stretches, so that every client id keeps one replacement throughout. */
export function createRedactor(): (stretch: Stretch) => Stretch {
  // The first event of each client id, repeated before each stretch, because names are assigned in order of appearance.
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
