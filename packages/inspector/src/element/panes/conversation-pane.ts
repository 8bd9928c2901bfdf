import type { Conversation, Message } from '@streamfold/core'
import { selectConnectionStatus, selectMessages, selectPath, selectSiblings } from '@streamfold/core'
import type { TemplateResult } from 'lit'
import { html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { messageParts } from './message-parts.ts'
import type { PartsOptions } from './message-parts.ts'
import type { View } from '../view.ts'

/** How many messages, and characters of each, are shown live: they may change with every frame. */
const live = { messages: 12, characters: 2_000 } as const

/** The conversation at the cursor, as its reader saw it. */
export function conversationPane({ inspection }: View): TemplateResult {
  const { shown, cursor, moment, timeline } = inspection
  const touched = moment?.entry.serial
  const all = selectMessages(shown)
  const path = new Set(selectPath(shown).map(({ id }) => id))
  const messages = cursor === undefined ? all.slice(-live.messages) : all
  return html`
    <p class="numbers">${selectConnectionStatus(shown)} · ${all.length} ${all.length === 1 ? 'message' : 'messages'}</p>
    ${all.length > messages.length ? html`<p class="quiet">The newest ${messages.length}; choose an event to see all.</p>` : nothing}
    <ol class="messages" data-testid="then">
      ${repeat(
        messages,
        ({ key }) => key,
        (message) =>
          messageItem(message, placeOf(shown, message, path), message.id === touched, {
            characters: cursor === undefined ? live.characters : Infinity,
            calls: timeline.calls.get(message.id) ?? [],
            timeOf: (index) => timeline.entries[index - timeline.first]?.at,
          }),
      )}
    </ol>
  `
}

/** Where a message is among the branches. */
interface Place {
  /** It is on the path that a page shows by itself. */
  readonly onPath: boolean
  /** `2/3` of those in its place; empty where there is no other. */
  readonly version: string
}

function placeOf(shown: Conversation, { id, again }: Message, path: ReadonlySet<string>): Place {
  const versions = selectSiblings(shown, id).map((sibling) => sibling.id)
  const at = versions.indexOf(id)
  const isRequest = again !== undefined && !path.has(id)
  return {
    onPath: path.has(id),
    version: isRequest ? 'again' : versions.length > 1 && at >= 0 ? `${at + 1}/${versions.length}` : '',
  }
}

/** @param touched whether the event at the cursor concerns this message */
function messageItem(
  { role, parts, status, continuity, error, finish }: Message,
  { onPath, version }: Place,
  touched: boolean,
  options: PartsOptions,
): TemplateResult {
  return html`<li class="message" data-role=${role} data-touched=${touched} data-on-path=${onPath}>
    <p class="message-head">
      <b>${role}</b>
      ${version === '' ? nothing : html`<span class="chip" data-testid="version">${version}</span>`}
      ${role === 'assistant' || status !== 'complete' ? html`<span class="chip" data-state=${status}>${status}</span>` : nothing}
      ${finish === undefined || finish === 'stop' ? nothing : html`<span class="chip" data-state="gapped">${finish}</span>`}
      ${continuity === 'gapped' ? html`<span class="chip" data-state="gapped">gapped</span>` : nothing}
    </p>
    ${messageParts(parts, options)} ${error === undefined ? nothing : html`<p class="quiet">${error}</p>`}
  </li>`
}
