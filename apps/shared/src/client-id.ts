import { randomText } from './conversation-id.ts'

const key = 'streamfold:client-id'

/** Who this tab is on the channel. Each tab is a reader of its own; a refresh stays the same reader. */
export function tabClientId(): string {
  const known = sessionStorage.getItem(key)
  if (known) return known
  const id = `user-${randomText(6)}`
  sessionStorage.setItem(key, id)
  return id
}
