import { beginningOf } from '@streamfold/core/text'
import type { TemplateResult } from 'lit'
import { html } from 'lit'

/** Characters of JSON that are shown; nobody reads megabytes of it. */
const MOST = 40_000

/** A value as JSON, with its names highlighted. */
export function jsonView(value: unknown, label: string): TemplateResult {
  const text = JSON.stringify(value, null, 2) ?? 'undefined'
  const lines = (text.length > MOST ? `${beginningOf(text, MOST)}…` : text).split('\n')
  return html`<pre class="json" tabindex="0" aria-label=${label}>${lines.map(line)}</pre>`
}

function line(text: string): TemplateResult {
  const [, indent = '', name = '', rest = text] = /^(\s*)("(?:[^"\\]|\\.)*":)?(.*)$/s.exec(text) ?? []
  return html`${indent}<span class="name">${name.replaceAll('"', '')}</span>${`${rest}\n`}`
}
