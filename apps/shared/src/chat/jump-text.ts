import { texts } from './texts.ts'

/** @param count messages that came since the reader left the end. */
export function jumpText(count: number): string {
  return count === 0 ? texts.jumpToLatest : `${texts.jumpToLatest} · ${count} new`
}
