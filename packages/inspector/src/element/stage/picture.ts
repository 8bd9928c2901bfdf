import type { TemplateResult } from 'lit'
import { html, nothing } from 'lit'
import type { Inspection } from '../../inspection.ts'
import { kindNames } from '../../model/names.ts'
import { clock } from '../../model/ticks.ts'
import type { Progress } from '../files/progress.ts'
import { progressBar } from '../files/progress.ts'
import type { View } from '../view.ts'

export interface PictureState {
  /** Whether there is a store or a log to inspect. */
  readonly hasLog: boolean
  /** Whether a file is dragged over it. */
  readonly dropping: boolean
  readonly progress: Progress | undefined
}

export interface PictureActions {
  key(event: KeyboardEvent): void
  cancel(): void
}

/** The canvas with its overlays. */
export function picture(view: View, state: PictureState, act: PictureActions): TemplateResult {
  const { timeline, cursor } = view.inspection
  const last = Math.max(timeline.first, timeline.next - 1)
  return html`<div class="picture">
    <canvas
      tabindex="0"
      role="slider"
      data-testid="timeline"
      aria-label="Timeline"
      aria-valuemin=${timeline.first}
      aria-valuemax=${last}
      aria-valuenow=${cursor ?? last}
      aria-valuetext=${valueText(view)}
      @keydown=${act.key}
    ></canvas>
    <div class="spacer"></div>
    ${over(view.inspection, state, act)} ${state.dropping ? html`<p class="drop">Drop a log to look at it</p>` : nothing}
  </div>`
}

function over(inspection: Inspection, { progress, hasLog }: PictureState, act: PictureActions): TemplateResult | typeof nothing {
  if (progress) return progressBar(progress, () => act.cancel())
  const { first, next } = inspection.timeline
  return next === first ? html`<p class="empty">${emptyText(inspection, hasLog)}</p>` : nothing
}

function emptyText({ log }: Inspection, hasLog: boolean): string {
  if (!hasLog) return 'No log yet: import one, or drop it here.'
  return log
    ? 'Nothing has happened yet.'
    : 'This store keeps no log: open the conversation with log: { limit: 10_000, raw: true }.'
}

function valueText({ inspection: { moment }, nameOf, offset }: View): string {
  if (!moment) return 'The present'
  const { index, kind, at, serial } = moment.entry
  return `Event ${index + 1}, ${kindNames[kind]}${serial === undefined ? '' : ` of ${nameOf(serial)}`}, ${clock(at, offset, true)}`
}
