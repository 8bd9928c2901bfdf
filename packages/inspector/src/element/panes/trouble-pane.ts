import type { TemplateResult } from 'lit'
import { html, nothing } from 'lit'
import type { Band } from '../../model/bands.ts'
import { bandNames } from '../../model/names.ts'
import { clock, lasting } from '../../model/ticks.ts'
import { placeOf } from '../../model/viewport.ts'
import type { View } from '../view.ts'

/** Number of shown bands; a longer list would not help. */
const MOST = 100

/** All problems, newest first: each links to the event that started it and to the one that ended it. */
export function troublePane(view: View): TemplateResult {
  const { bands } = view
  if (bands.length === 0) return html`<p class="quiet">Nothing went wrong.</p>`
  const shown = bands.slice(-MOST).toReversed()
  return html`<ol class="troubles" data-testid="bands">
    ${shown.map((band) => item(band, view))}
    ${bands.length > MOST ? html`<li class="quiet">and ${bands.length - MOST} before them</li>` : nothing}
  </ol>`
}

function item(band: Band, view: View): TemplateResult {
  const { timeline, live } = view.inspection
  const at = (index: number) => placeOf(timeline, 'time', index)
  const end = band.to ?? timeline.next - 1
  const length = lasting(at(end) - at(band.from))
  const name = bandNames[band.kind]
  return html`<li data-band=${band.kind}>
    <span class="swatch" data-band=${band.kind} aria-hidden="true"></span>
    <span class="trouble-name"
      ><b>${name}</b> ${band.serial === undefined ? nothing : html`<span class="quiet">${view.nameOf(band.serial)}</span>`}</span
    >
    <span class="numbers">${band.to === undefined ? (live ? `for ${length} so far` : `${length}, to the end`) : length}</span>
    <span class="trouble-links">
      <button
        type="button"
        class="small"
        @click=${() => view.select(band.from)}
        aria-label="${name} began at ${clock(at(band.from), view.offset, true)}"
      >
        ${clock(at(band.from), view.offset, true)}
      </button>
      ${
        band.to === undefined
          ? nothing
          : html`–<button
                type="button"
                class="small"
                @click=${() => view.select(end)}
                aria-label="${name} ended at ${clock(at(end), view.offset, true)}"
              >
                ${clock(at(end), view.offset, true)}
              </button>`
      }
    </span>
  </li>`
}
