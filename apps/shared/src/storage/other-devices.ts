import type { ListedConversation } from '@streamfold/core/transport'
import { texts } from '../chat/texts.ts'
import { currentConversation, isConversationId } from './conversation-id.ts'
import { currentPerson } from './person.ts'
import { isForgotten, markConversation, noteConversation, savedConversations } from './saved-conversations.ts'

/** How often the agent is asked while the page is in sight, in milliseconds. */
const period = 60_000

/**
 * Keeps the list of conversations up with what other devices of the person have said: asks the agent for its list now, each minute while the page is in sight,
 * and when it comes into sight. It follows no channel. @returns stops it
 */
export function followOtherDevices(): () => void {
  const { secret, visiting } = currentPerson()
  // The list belongs to the person of the browser.
  if (visiting) return () => undefined
  const look = async () => {
    if (document.hidden) return
    // Otherwise the list has what this device knows; the line about the agent says that it cannot be reached.
    await readList(secret).then(
      (listed) => noteListed(listed, currentConversation()),
      () => undefined,
    )
  }
  const onLook = () => void look()
  onLook()
  const timer = setInterval(onLook, period)
  document.addEventListener('visibilitychange', onLook)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', onLook)
  }
}

/** Puts what the agent has listed into the list of this device. @param current the conversation on the page, which knows better */
export function noteListed(listed: readonly ListedConversation[], current: string): void {
  for (const { channel, title, lastText, lastActivity, waiting } of listed) {
    const id = channel.slice('ai:'.length)
    if (id === current || !channel.startsWith('ai:') || !isConversationId(id) || isForgotten(id)) continue
    const known = savedConversations().find((one) => one.id === id)
    // What this device has seen is as new, and it knows whose turn it is.
    if (known && lastActivity <= Math.max(known.at, known.saidAt ?? 0, known.shownAt ?? 0)) continue
    noteConversation(id, title || texts.untitled, lastActivity)
    const seen = known ? {} : { shownAt: lastActivity } // A device that is new to the person has nothing to catch up on.
    markConversation(id, { last: lastText, waiting: waiting || undefined, saidAt: lastActivity, ...seen })
  }
}

async function readList(secret: string): Promise<readonly ListedConversation[]> {
  const response = await fetch('/api/conversations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secret }),
  })
  const body: unknown = response.ok ? await response.json() : undefined
  if (typeof body !== 'object' || body === null || !('conversations' in body) || !Array.isArray(body.conversations)) return []
  return body.conversations // As the agent documents it; `noteListed` checks ids, and the list its texts and times.
}
