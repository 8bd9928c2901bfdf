import type { TemplateResult } from 'lit'
import { html, nothing } from 'lit'
import { isTrouble } from '../../model/change.ts'
import type { Entry } from '../../model/entry.ts'
import { kindNames } from '../../model/names.ts'
import type { Timeline } from '../../model/timeline.ts'
import { clock } from '../../model/ticks.ts'
import { glyph } from '../glyph.ts'
import type { View } from '../view.ts'

/** A filter of the event list. */
export type Filter = 'all' | 'trouble' | 'wire'

export const filterNames: Readonly<Record<Filter, string>> = { all: 'All', trouble: 'Trouble', wire: 'Messages' }

/** Height of a row, in pixels; equal to the one in `list.css`. */
export const ROW = 26

export interface ListWindow {
  readonly top: number
  readonly height: number
}

/** The listed events; a tick is listed only if it changed something. */
function listed(entries: readonly Entry[], filter: Filter): readonly Entry[] {
  if (filter === 'all') return entries.filter(({ kind, changes }) => kind !== 'tick' || changes.length > 0)
  if (filter === 'wire') return entries.filter(({ kind, serial }) => serial !== undefined && kind !== 'prompt')
  return entries.filter(isTroubled)
}

/** Creates a listing that remembers its result until the timeline grows. */
export function createListing(): (timeline: Timeline, filter: Filter) => readonly Entry[] {
  let last: { readonly of: string; readonly timeline: Timeline; readonly rows: readonly Entry[] } | undefined
  return (timeline, filter) => {
    const of = `${filter} ${timeline.first} ${timeline.next}`
    if (last?.of !== of || last.timeline !== timeline) last = { of, timeline, rows: listed(timeline.entries, filter) }
    return last.rows
  }
}

/** The number of rows before the event `index`. */
export function rowsBefore(rows: readonly Entry[], index: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rows[middle]!.index < index) low = middle + 1
    else high = middle
  }
  return low
}

function isTroubled({ kind, ended, changes }: Entry): boolean {
  if (kind === 'repair' || kind === 'held' || kind === 'rejected') return true
  return ended === 'failed' || changes.some(isTrouble)
}

/** The visible rows, and some around them. */
export function rowsInSight(
  rows: readonly Entry[],
  { top, height }: ListWindow,
): { readonly first: number; readonly shown: readonly Entry[] } {
  const first = Math.max(0, Math.min(Math.floor(top / ROW) - 4, rows.length - 1))
  return { first, shown: rows.slice(first, first + Math.ceil(height / ROW) + 8) }
}

/** Renders the visible rows, with room for the others. Styles are set as properties, because a page's policy may forbid style attributes. */
export function listRows(rows: readonly Entry[], window: ListWindow, view: View): TemplateResult {
  const { first, shown } = rowsInSight(rows, window)
  return html`<div class="rows" role="presentation" .style=${`height:${rows.length * ROW}px`}>
    ${shown.map((entry, at) => row(entry, first + at, rows.length, view))}
  </div>`
}

function row(entry: Entry, at: number, of: number, view: View): TemplateResult {
  const { index, kind, serial } = entry
  return html`<div
    class="row"
    role="option"
    id="event-${index}"
    data-kind=${kind}
    data-index=${index}
    aria-selected=${view.inspection.cursor === index}
    aria-posinset=${at + 1}
    aria-setsize=${of}
    .style=${`top:${at * ROW}px`}
    @click=${() => view.select(index)}
  >
    <span class="time">${clock(entry.at, view.offset, true)}</span>
    ${glyph(kind)}
    <span class="kind">${kindNames[kind]}</span>
    <span class="about">${aboutOf(entry, view, serial)}</span>
    ${sizeOf(entry)}
  </div>`
}

function aboutOf({ kind, changes, ended }: Entry, view: View, serial: string | undefined): string {
  const to = changes.filter(({ track }) => track === 'channel' || track === 'connection').map((change) => change.to)
  const gapped = changes.filter((change) => change.to === 'gapped').length
  const silent = changes.filter((change) => change.to === 'stalled' || change.to === 'abandoned').map((change) => change.to)
  const words = [...to, ...(gapped > 0 && kind === 'channel' ? [`${gapped} gapped`] : []), ...(kind === 'tick' ? silent : [])]
  if (words.length > 0) return words.join(', ')
  if (serial === undefined) return ''
  return ended ? `${ended} · ${view.nameOf(serial)}` : view.nameOf(serial)
}

function sizeOf({ kind, size, added }: Entry): TemplateResult | typeof nothing {
  const grown = kind === 'repair' || kind === 'update' || kind === 'snapshot' ? added : size
  if (grown === 0 || kind === 'ignored') return nothing
  // A held append has not changed the text.
  const sign = kind === 'held' ? '' : grown > 0 ? '+' : '−'
  return html`<span class="size">${sign}${Math.abs(grown).toLocaleString('en')}</span>`
}
