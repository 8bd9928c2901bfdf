import type { ListWindow } from './event-list.ts'
import { ROW } from './event-list.ts'

/** The visible part of the event list. */
export interface ListScroll {
  /** @param count the number of rows @param following whether the newest row must be visible */
  window(count: number, following: boolean): ListWindow
  /** Call it after the list was scrolled or resized. */
  measure(): void
  showNewest(): void
  /** Scrolls just enough to show the row `at`. */
  reveal(at: number): void
}

export function createListScroll(find: () => Element | null): ListScroll {
  let current: ListWindow = { top: 0, height: 320 }
  return {
    window: (count, following) => (following ? { ...current, top: Math.max(0, count * ROW - current.height) } : current),
    measure() {
      const list = find()
      if (list) current = { top: list.scrollTop, height: list.clientHeight }
    },
    showNewest() {
      const list = find()
      if (list) list.scrollTop = list.scrollHeight
    },
    reveal(at) {
      const list = find()
      if (!list || at < 0) return
      const top = at * ROW
      const inSight = top >= list.scrollTop && top + ROW <= list.scrollTop + list.clientHeight
      if (!inSight) list.scrollTop = Math.max(0, top - list.clientHeight / 2)
    },
  }
}
