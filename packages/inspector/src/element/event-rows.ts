import type { Entry } from '../model/entry.ts'
import type { Timeline } from '../model/timeline.ts'
import type { Filter, ListWindow } from './event-list.ts'
import { createListing, rowsBefore } from './event-list.ts'
import { createListScroll } from './list-scroll.ts'
import type { Stage } from './stage.ts'

/** The list of events: which are in it, and which part of it is in sight. */
export interface EventRows {
  filter: Filter
  readonly all: readonly Entry[]
  /** Whether the list goes on with the picture. */
  readonly followsPresent: boolean
  readonly window: ListWindow
  /** To be called when it was scrolled, or is of another size. */
  measure(): void
  /** To be called when it was drawn. */
  drawn(): void
  /** Scrolls the list so that the event at the cursor is in it, and the conversation to what the event was about. */
  reveal(): void
}

export function createEventRows(stage: Stage, root: () => ParentNode): EventRows {
  const listing = createListing()
  const scroll = createListScroll(() => root().querySelector('.list'))
  const timeline = (): Timeline => stage.inspection.timeline

  return {
    filter: 'all',
    get all() {
      return listing(timeline(), this.filter)
    },
    get followsPresent() {
      return stage.inspection.cursor === undefined && stage.viewport.following
    },
    get window() {
      return scroll.window(this.all.length, this.followsPresent)
    },
    measure: () => scroll.measure(),
    drawn() {
      if (this.followsPresent) scroll.showNewest()
    },
    reveal() {
      const { cursor } = stage.inspection
      const touched = root().querySelector<HTMLElement>('[data-touched=true]')
      const pane = touched?.closest('.scroll')
      // Its end is what grows. Not by `scrollIntoView`, which scrolls the page as well.
      if (touched && pane) pane.scrollTop += touched.getBoundingClientRect().bottom - pane.getBoundingClientRect().bottom + 16
      if (cursor !== undefined) scroll.reveal(rowsBefore(this.all, cursor))
    },
  }
}
