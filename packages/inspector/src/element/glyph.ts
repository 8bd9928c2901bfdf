import type { SVGTemplateResult } from 'lit'
import { svg } from 'lit'
import type { EntryKind } from '../model/entry.ts'

/** The symbol of a kind of event, as in the picture. */
export function glyph(kind: EntryKind): SVGTemplateResult {
  return svg`<svg class="glyph" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" data-kind=${kind}>${shapeOf(kind)}</svg>`
}

function shapeOf(kind: EntryKind): SVGTemplateResult {
  switch (kind) {
    case 'append':
      return svg`<path class="accent" d="M5 3h2v8H5z"/>`
    case 'create':
      return svg`<circle class="accent" cx="6" cy="6" r="3"/>`
    case 'update':
      return svg`<path class="accent-line" d="M4.5 1.5h3v9h-3z"/>`
    case 'repair':
      return svg`<path class="repair" d="M6 .8 11.2 6 6 11.2.8 6z"/>`
    case 'snapshot':
      return svg`<path class="soft-line" d="M6 2 10 6 6 10 2 6z"/>`
    case 'held':
      return svg`<path class="warn-line" d="M4.5 4.5h3v6h-3z"/>`
    case 'rejected':
      return svg`<path class="bad-line" d="m2.5 2.5 7 7m0-7-7 7"/>`
    case 'delete':
      return svg`<path class="ink-line" d="m2.5 2.5 7 7m0-7-7 7"/>`
    case 'cancel':
      return svg`<path class="soft-line" d="m2.5 2.5 7 7m0-7-7 7"/>`
    case 'prompt':
      return svg`<circle class="ink" cx="6" cy="6" r="3"/>`
    case 'connection':
    case 'channel':
      return svg`<path class="soft" d="M1 4.5h10v3H1z"/>`
    default:
      return svg`<circle class="soft" cx="6" cy="6" r="1.5"/>`
  }
}
