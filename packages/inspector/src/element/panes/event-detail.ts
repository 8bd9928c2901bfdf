import type { Message } from '@streamfold/core'
import { beginningOf, endOf } from '@streamfold/core/text'
import { difference, partChanges } from '@streamfold/core/log'
import type { TemplateResult } from 'lit'
import { html, nothing } from 'lit'
import type { Moment } from '../../inspection.ts'
import { contextChanges } from '../../model/context-changes.ts'
import { explain } from '../../model/explain.ts'
import { kindNames } from '../../model/names.ts'
import { textChange } from '../../model/text-change.ts'
import { clock } from '../../model/ticks.ts'
import { glyph } from '../glyph.ts'
import { jsonView } from './json-view.ts'
import type { View } from '../view.ts'

/** Characters shown around a change. */
const AROUND = 160

/** The event at the cursor: its effect with the reason, its folded form and its delivered form. */
export function eventDetail(view: View): TemplateResult {
  const { moment } = view.inspection
  if (!moment) return hint()
  const { entry, event, arrival, before, after } = moment
  const changes = difference(before, after)
  const around = contextChanges(before, after)
  return html`
    <header class="event-head">
      <h3>${glyph(entry.kind)} ${kindNames[entry.kind]}</h3>
      <p class="numbers">#${(entry.index + 1).toLocaleString('en')} · ${clock(entry.at, view.offset, true)}${delay(moment)}</p>
    </header>
    <p class="why" data-testid="why">${explain(entry, event, before, after)}</p>
    ${changes.length + around.length === 0 ? nothing : html`<h4>What changed</h4>`}
    ${changes.map((change) =>
      change.type === 'changed'
        ? changed(change.before, change.after, change.fields, view)
        : html`<p class="change">${change.type}: <b>${change.message.role}</b> ${quoted(change.message.text)}</p>`,
    )}
    ${
      around.length === 0
        ? nothing
        : html`<dl class="fields">
            ${around.map(
              ({ name, before, after }) =>
                html`<dt>${name}</dt>
                  <dd>${before} → ${after}</dd>`,
            )}
          </dl>`
    }
    <h4>As it was folded</h4>
    ${jsonView(event, 'The event as it was folded')}
    <h4>As it came</h4>
    ${arrival?.raw === undefined ? html`<p class="quiet">${noRaw(moment)}</p>` : jsonView(arrival.raw, 'The message as it came')}
  `
}

function hint(): TemplateResult {
  return html`<div class="hint">
    <p>This is the present. Choose an event, here or in the picture, to see what it did and how the conversation stood then.</p>
    <dl class="keys">
      ${[
        ['← →', 'one event back or on'],
        ['Home, End', 'the first event; the present'],
        ['Page keys', 'the trouble before or after'],
        ['Shift ← →', 'move the picture'],
        ['+ −', 'look closer, or at more'],
        ['0', 'all of it'],
        ['F', 'follow what comes'],
      ].map(
        ([key, does]) =>
          html`<dt><kbd>${key}</kbd></dt>
            <dd>${does}</dd>`,
      )}
    </dl>
  </div>`
}

function delay({ entry: { at, sent } }: Moment): string {
  return sent === undefined ? '' : ` · ${Math.round(at - sent)} ms after it was published`
}

function noRaw({ event }: Moment): string {
  const ours = !('version' in event) && event.type !== 'cancel' && event.type !== 'ignored'
  return ours
    ? 'This event was not a message; it came from the client or from the page itself.'
    : 'This log keeps no messages as they came. Open the conversation with log: { raw: true }.'
}

function changed(before: Message, after: Message, fields: readonly (keyof Message)[], view: View): TemplateResult {
  const others = fields.filter((field) => field !== 'text' && field !== 'parts' && field !== 'headers')
  return html`<div class="change">
    <p class="quiet">${view.nameOf(after.id)}</p>
    ${fields.includes('text') ? textDiff(before.text, after.text) : nothing}
    ${fields.includes('parts') ? partsDiff(before, after) : nothing}
    <dl class="fields">
      ${others.map(
        (field) =>
          html`<dt>${field}</dt>
            <dd>${fieldValue(field, before, view)} → ${fieldValue(field, after, view)}</dd>`,
      )}
      ${
        fields.includes('headers')
          ? html`<dt>headers</dt>
              <dd>${said(before.headers)} → ${said(after.headers)}</dd>`
          : nothing
      }
    </dl>
  </div>`
}

/** The parts that differ; texts are compared as text. */
function partsDiff(before: Message, after: Message): TemplateResult {
  const changes = partChanges(before.parts, after.parts).filter(({ part }) => part.type !== 'text')
  return html`<ul class="changes" data-testid="parts-diff">
    ${changes.map(({ words }) => html`<li>${beginningOf(words.join(', '), AROUND * 2)}</li>`)}
  </ul>`
}

function fieldValue(field: keyof Message, message: Message, { offset }: View): string {
  const value = message[field]
  return field.endsWith('At') && typeof value === 'number' ? clock(value, offset, true) : said(value)
}

function textDiff(before: string, after: string): TemplateResult {
  const parts = textChange(before, after)
  const shown = parts.map(({ kind, text }, index) => {
    if (kind === 'removed') return html`<del>${text}</del>`
    if (kind === 'added') return html`<ins>${text}</ins>`
    return around(text, index === 0, index === parts.length - 1)
  })
  return html`<p class="diff" data-testid="text-diff">${shown}</p>`
}

/** Shortens unchanged text to the part next to the change. */
function around(text: string, first: boolean, last: boolean): string {
  if (text.length <= AROUND * 2) return text
  const [head, tail] = [beginningOf(text, AROUND), endOf(text, AROUND)]
  if (first) return `…${tail}`
  return last ? `${head}…` : `${head} … ${tail}`
}

function quoted(text: string): string {
  return text === '' ? '(empty)' : `“${text.length > AROUND ? `${beginningOf(text, AROUND)}…` : text}”`
}

function said(value: unknown): string {
  if (value === undefined) return '–'
  if (value === '') return '(empty)'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
