import { randomText } from './conversation-id.ts'

const key = 'streamfold:client-id'

/** The tab's client id. Each tab is a separate reader; a reload keeps the id. */
export function tabClientId(): string {
  const fresh = `user-${randomText(6)}`
  try {
    const known = sessionStorage.getItem(key)
    // Another page of this origin may have written anything there; the agent would refuse it.
    if (known !== null && /^user-[0-9a-z]{6}$/.test(known)) return known
    sessionStorage.setItem(key, fresh)
    return fresh
  } catch {
    // Storage is forbidden, as in a preview's frame: a reload then gets another id, which has no other effect.
    return fresh
  }
}
