import type { Message } from '@streamfold/core'
import { selectConnectionStatus, selectMessages } from '@streamfold/core'
import type { TemplateResult } from 'lit'
import { html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { messageParts } from './message-parts.ts'
import type { PartsOptions } from './message-parts.ts'
import type { View } from './view.ts'

/** How many messages, and characters of each, are shown live: they may change with every frame. */
const live = { messages: 12, characters: 2_000 } as const

/** The conversation at the cursor, as its reader saw it. */
export function conversationPane({ inspection }: View): TemplateResult {
  const { shown, cursor, moment, timeline } = inspection
  const touched = moment?.entry.serial
  const all = selectMessages(shown)
  const messages = cursor === undefined ? all.slice(-live.messages) : all
  return html`
    <p class="numbers">${selectConnectionStatus(shown)} · ${all.length} ${all.length === 1 ? 'message' : 'messages'}</p>
    ${all.length > messages.length ? html`<p class="quiet">The newest ${messages.length}; choose an event to see all.</p>` : nothing}
    <ol class="messages" data-testid="then">
      ${repeat(
        messages,
        ({ key }) => key,
        (message) =>
          messageItem(message, message.id === touched, {
            characters: cursor === undefined ? live.characters : Infinity,
            calls: timeline.calls.get(message.id) ?? [],
            timeOf: (index) => timeline.entries[index - timeline.first]?.at,
          }),
      )}
    </ol>
  `
}

/** @param touched whether the event at the cursor concerns this message */
function messageItem(
  { role, parts, status, continuity, error, finish }: Message,
  touched: boolean,
  options: PartsOptions,
): TemplateResult {
  return html`<li class="message" data-role=${role} data-touched=${touched}>
    <p class="message-head">
      <b>${role}</b>
      ${role === 'assistant' || status !== 'complete' ? html`<span class="chip" data-state=${status}>${status}</span>` : nothing}
      ${finish === undefined || finish === 'stop' ? nothing : html`<span class="chip" data-state="gapped">${finish}</span>`}
      ${continuity === 'gapped' ? html`<span class="chip" data-state="gapped">gapped</span>` : nothing}
    </p>
    ${messageParts(parts, options)} ${error === undefined ? nothing : html`<p class="quiet">${error}</p>`}
  </li>`
}
