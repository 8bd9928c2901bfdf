import type { TemplateResult } from 'lit'
import { html } from 'lit'

/** A slow action and its progress. */
export interface Progress {
  readonly words: string
  /** From 0 to 1. */
  readonly part: number
}

export function progressBar({ words, part }: Progress, cancel: () => void): TemplateResult {
  const percent = Math.floor(part * 100)
  return html`<div class="progress" data-testid="progress">
    <p><span role="status">${words}</span> <span class="numbers">${percent} %</span></p>
    <progress max="100" value=${percent} aria-label=${words}></progress>
    <button type="button" class="firm" data-testid="cancel-import" @click=${cancel}>Cancel</button>
  </div>`
}
