import type { TemplateResult } from 'lit'
import { html } from 'lit'
import { bandNames, kindNames } from '../model/names.ts'
import { glyph } from './glyph.ts'

const kinds = ['create', 'append', 'update', 'repair', 'snapshot', 'held', 'rejected'] as const
const bands = ['disconnected', 'recovering', 'gapped', 'stalled'] as const

/** The legend of the picture, with a notice of the last action. */
export function legend(notice: string): TemplateResult {
  return html`<div class="legend" role="group" aria-label="Legend" tabindex="0">
    ${kinds.map((kind) => html`<span>${glyph(kind)} ${kindNames[kind]}</span>`)}
    ${bands.map((band) => html`<span><i class="swatch" data-band=${band}></i>${bandNames[band].toLowerCase()}</span>`)}
    <span><i class="swatch" data-band="call"></i>call of a tool</span>
    <span class="notice" role="status" data-testid="inspector-notice">${notice}</span>
  </div>`
}
