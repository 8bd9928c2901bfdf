import type { Entry } from '../../model/entry.ts'
import type { Timeline } from '../../model/timeline.ts'
import type { Filter, ListWindow } from './event-list.ts'
import { createListing, rowsBefore } from './event-list.ts'
import { createListScroll } from './list-scroll.ts'
import type { Stage } from '../stage/stage.ts'

/** The list of events: its rows and its visible part. */
export interface EventRows {
  filter: Filter
  readonly all: readonly Entry[]
  /** Whether the list scrolls with the present. */
  readonly followsPresent: boolean
  readonly window: ListWindow
  /** Call it after the list was scrolled or resized. */
  measure(): void
  /** Call it after the list was rendered. */
  drawn(): void
  /** Scrolls the list to the event at the cursor, and the conversation to the message of that event. */
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
      // Shows the end of the message, which grows. `scrollIntoView` would also scroll the page.
      if (touched && pane) pane.scrollTop += touched.getBoundingClientRect().bottom - pane.getBoundingClientRect().bottom + 16
      if (cursor !== undefined) scroll.reveal(rowsBefore(this.all, cursor))
    },
  }
}
