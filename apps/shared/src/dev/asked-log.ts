/** The recording that comes with the apps: a connection that is lost while an answer is written. */
const OUTAGE = new URL('../../recordings/outage.log', import.meta.url).href

/** What the page's address asks for: a recorded log instead of a conversation. */
export interface AskedLog {
  readonly url: string
  /** How many times as fast as it was recorded; Infinity shows its end at once. */
  readonly speed: number
}

/**
 * Reads `?log=outage`, or `?log=` with the path of a log that this page's own server has, and `&speed=` (default 1; `at-once`). Logs of other servers
 * are not loaded, because a link must not choose which servers a page asks.
 *
 * @returns undefined where the address asks for no log
 */
export function askedLog(search: string, origin: string): AskedLog | undefined {
  const asked = new URLSearchParams(search)
  const log = asked.get('log')
  if (log === null) return undefined
  const url = log === 'outage' || log === '' ? OUTAGE : new URL(log, origin).href
  const given = asked.get('speed')
  const speed = given === 'at-once' ? Infinity : Number(given ?? 1)
  return { url, speed: speed > 0 ? speed : 1 }
}
