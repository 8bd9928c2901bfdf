import type { Log, Store } from '@streamfold/core'
import type { Inspection } from '../../inspection.ts'
import { createInspection } from '../../inspection.ts'
import type { Band } from '../../model/bands.ts'
import { bandsOf } from '../../model/bands.ts'
import type { Viewport } from '../../model/viewport.ts'
import { extentOf, fitted, followed, indexAt, initialViewport, panned, placeOf, revealed, zoomed } from '../../model/viewport.ts'
import { createFrameLoop } from './frame-loop.ts'
import { createNames } from './names.ts'
import { listenToPointer } from './pointer.ts'
import type { CanvasParts, TimelineCanvas } from './timeline-canvas.ts'
import { createTimelineCanvas } from './timeline-canvas.ts'

/** The picture and its timeline: reads the log, follows the present and draws at most once per frame. */
export interface Stage {
  readonly inspection: Inspection
  readonly bands: readonly Band[]
  viewport: Viewport
  /** How much of a loaded log is folded, from 0 to 1; undefined after it is, and for a store's log. */
  readonly folded: number | undefined
  nameOf(serial: string): string
  look(store: Store | undefined, loaded: Log | undefined): void
  select(index: number | undefined): void
  zoom(factor: number): void
  pan(part: number): void
  /** Starts to read and draw. @returns stops it */
  open(parts: Omit<CanvasParts, 'host'>): () => void
  recolour(): void
}

export interface StageOptions {
  readonly host: HTMLElement
  /** Called when anything outside the picture must render again; a few times a second at most. */
  readonly changed: () => void
  /** Called when a pointer has set the cursor. */
  readonly chosen: (index: number) => void
}

/** Milliseconds per frame for reading: beside a running page, and while the user waits for a log. */
const READING = { live: 4, waiting: 12 } as const
/** Milliseconds between two updates of the panes. */
const PANES = 200
/** Milliseconds between two drawings while only time passes. */
const IDLE = 250

export function createStage({ host, changed, chosen }: StageOptions): Stage {
  const inspection = createInspection()
  let canvas: TimelineCanvas | undefined
  let viewport = initialViewport
  let bands: readonly Band[] = []
  /** The range of events that the bands were computed from. */
  let banded = { first: -1, next: -1 }
  let nameOf = createNames(() => inspection.timeline.state)
  let stale = true
  let grown = false
  /** When the newest event was read, by the clock of frames. */
  let seenAt = 0
  /** Whether a loaded log has been shown completely. */
  let fit = false
  let toldAt = 0
  let drawnAt = 0

  /** The present on the axis: the time of the newest event plus the frames since then. */
  function present(now: number): number {
    const { to } = extentOf(inspection.timeline, viewport.axis)
    return inspection.live && viewport.axis === 'time' ? to + Math.max(0, now - seenAt) : to
  }

  function frame(now: number): void {
    const { live } = inspection
    const { grew, more } = inspection.read(live || fit ? READING.live : READING.waiting, () => performance.now())
    if (grew) {
      grown = true
      seenAt = now
      // Both need all events.
      if (!more) remakeBands()
      stale ||= live || !more
    }
    if (!more && !fit && inspection.log) {
      fit = grown = stale = true
      if (!live) viewport = fitted(viewport, inspection.timeline)
    }
    const idle = inspection.live && viewport.following && now - drawnAt > IDLE
    if (stale || idle) paint(now)
    if (grown && now - toldAt > PANES) {
      grown = false
      toldAt = now
      changed()
    }
  }

  /** Computes the bands again if a state changed or the log dropped events; appends change no band. */
  function remakeBands(): void {
    const { timeline } = inspection
    const { first, next, entries } = timeline
    const same = first === banded.first && banded.next >= first
    if (!same || entries.slice(banded.next - first).some(({ changes }) => changes.length > 0)) bands = bandsOf(timeline)
    banded = { first, next }
  }

  function paint(now: number): void {
    stale = false
    drawnAt = now
    if (viewport.following) viewport = followed(viewport, inspection.timeline, present(now))
    const { timeline, cursor } = inspection
    const offset = offsetAt(timeline.entries.at(-1)?.at ?? 0)
    canvas?.draw({ timeline, bands, viewport, cursor, now: present(now), nameOf: (serial) => nameOf(serial), offset })
  }

  function set(next: Viewport): void {
    viewport = next
    stale = true
  }

  return {
    inspection,
    get bands() {
      return bands
    },
    get viewport() {
      return viewport
    },
    set viewport(next) {
      set(next)
    },
    get folded() {
      const { log, live, timeline } = inspection
      if (!log || live || fit) return undefined
      return log.events.length === 0 ? 1 : (timeline.next - timeline.first) / log.events.length
    },
    nameOf: (serial) => nameOf(serial),
    look(store, loaded) {
      inspection.look(store, loaded)
      nameOf = createNames(() => inspection.timeline.state)
      bands = []
      banded = { first: -1, next: -1 }
      seenAt = 0
      fit = false
      grown = true
      set({ ...initialViewport, axis: viewport.axis, following: inspection.live })
    },
    select(index) {
      inspection.select(index)
      const { cursor, timeline } = inspection
      set(
        cursor === undefined
          ? { ...viewport, following: inspection.live }
          : revealed(viewport, placeOf(timeline, viewport.axis, cursor)),
      )
      if (cursor !== undefined) set({ ...viewport, following: false })
    },
    zoom(factor) {
      const { cursor, timeline } = inspection
      const middle = (viewport.from + viewport.to) / 2
      const place = cursor === undefined ? middle : placeOf(timeline, viewport.axis, cursor)
      set(zoomed(viewport, factor, viewport.following ? viewport.to : place))
    },
    pan: (part) => set(panned(viewport, (viewport.to - viewport.from) * part)),
    open(parts) {
      const { room } = parts
      const opened = (canvas = createTimelineCanvas({ host, ...parts }))
      const stopPointer = listenToPointer(parts.canvas, opened, {
        cursorPlace: () =>
          inspection.cursor === undefined ? undefined : placeOf(inspection.timeline, viewport.axis, inspection.cursor),
        scrub: (place) => chosen(indexAt(inspection.timeline, viewport.axis, place)),
        pan: (by) => set(panned(viewport, by)),
        zoom: (factor, anchor) => set(zoomed(viewport, factor, viewport.following ? viewport.to : anchor)),
      })
      const measure = () => {
        opened.measure()
        stale = true
      }
      const resize = typeof ResizeObserver === 'function' ? new ResizeObserver(measure) : undefined
      resize?.observe(room)
      room.addEventListener('scroll', measure, { passive: true })
      const loop = createFrameLoop(host, frame)
      loop.start()
      return () => {
        loop.stop()
        resize?.disconnect()
        room.removeEventListener('scroll', measure)
        stopPointer()
        canvas = undefined
      }
    },
    recolour() {
      canvas?.recolour()
      stale = true
    },
  }
}

/** Milliseconds by which local time was ahead of UTC at a time. */
export function offsetAt(at: number): number {
  return -new Date(at).getTimezoneOffset() * 60_000
}
