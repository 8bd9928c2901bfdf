import { randomText } from './conversation-id.ts'

const key = 'streamfold:client-id'

/** Who this tab is on the channel. Each tab is a reader of its own; a refresh stays the same reader. */
export function tabClientId(): string {
  const fresh = `user-${randomText(6)}`
  try {
    const known = sessionStorage.getItem(key)
    // Another page of this origin may have written anything there; the agent would refuse it.
    if (known !== null && /^user-[0-9a-z]{6}$/.test(known)) return known
    sessionStorage.setItem(key, fresh)
    return fresh
  } catch {
    // Forbidden, as within a preview's frame: a refresh is then another reader, which costs nothing else.
    return fresh
  }
}
