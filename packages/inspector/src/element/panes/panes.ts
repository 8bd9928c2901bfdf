import type { TemplateResult } from 'lit'
import { html, nothing } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import type { Entry } from '../../model/entry.ts'
import { conversationPane } from './conversation-pane.ts'
import { eventDetail } from './event-detail.ts'
import type { Filter, ListWindow } from '../list/event-list.ts'
import { filterNames, listRows, rowsInSight } from '../list/event-list.ts'
import { figuresPane } from './figures-pane.ts'
import { machinesPane } from './machines-pane.ts'
import { troublePane } from './trouble-pane.ts'
import type { View } from '../view.ts'

/** The panes below the picture; the first two have their own place if there is room. */
export type Tab = 'events' | 'event' | 'conversation' | 'trouble' | 'machines' | 'figures'

export interface PanesState {
  /** Whether there is room for only one pane. */
  readonly narrow: boolean
  readonly tab: Tab
  readonly filter: Filter
  readonly rows: readonly Entry[]
  readonly window: ListWindow
}

export interface PanesActions {
  chooseTab(tab: Tab): void
  chooseFilter(filter: Filter): void
  scrolled(): void
  key(event: KeyboardEvent): void
  copyFigures(): void
}

const tabNames: Readonly<Record<Tab, string>> = {
  events: 'Events',
  event: 'Event',
  conversation: 'Conversation',
  trouble: 'Trouble',
  machines: 'Machines',
  figures: 'Figures',
}
const narrowTabs: readonly Tab[] = ['events', 'event', 'conversation', 'trouble', 'machines', 'figures']
const wideTabs: readonly Tab[] = ['conversation', 'trouble', 'machines', 'figures']

export function panes(view: View, state: PanesState, act: PanesActions): TemplateResult {
  const tabs = state.narrow ? narrowTabs : wideTabs
  const tab = tabs.includes(state.tab) ? state.tab : tabs[0]!
  return html`<div class="panes">
    ${
      state.narrow
        ? nothing
        : html`<section class="pane" aria-label="Events">
              <div class="pane-head">
                <h3>Events</h3>
                ${filters(state, act)}
              </div>
              ${list(view, state, act)}
            </section>
            <section class="pane" aria-label="Event">
              <div class="pane-head"><h3>Event</h3></div>
              <div class="scroll pad" tabindex="0" role="region" aria-label="The event at the cursor">${eventDetail(view)}</div>
            </section>`
    }
    <section class="pane" aria-label="Around it">
      <div
        class="pane-head"
        role="tablist"
        aria-label="Around it"
        @keydown=${(event: KeyboardEvent) => moveTab(event, tabs, tab, act)}
      >
        ${tabs.map(
          (each) =>
            html`<button
              type="button"
              role="tab"
              id="tab-${each}"
              data-testid="tab-${each}"
              aria-selected=${each === tab}
              aria-controls="pane"
              tabindex=${each === tab ? 0 : -1}
              @click=${() => act.chooseTab(each)}
            >
              ${tabNames[each]}${each === 'trouble' && view.bands.length > 0 ? html`&nbsp;<span class="numbers">${view.bands.length}</span>` : nothing}
            </button>`,
        )}
      </div>
      <div class="pane" role="tabpanel" id="pane" aria-labelledby="tab-${tab}">
        ${
          tab === 'events'
            ? html`<div class="pane-head">${filters(state, act)}</div>
                ${list(view, state, act)}`
            : html`<span></span>
                ${keyed(tab, html`<div class="scroll pad" tabindex="0" role="region" aria-label=${tabNames[tab]}>${content(tab, view, act)}</div>`)}`
        }
      </div>
    </section>
  </div>`
}

function content(tab: Exclude<Tab, 'events'>, view: View, act: PanesActions): TemplateResult {
  switch (tab) {
    case 'event':
      return eventDetail(view)
    case 'conversation':
      return conversationPane(view)
    case 'trouble':
      return troublePane(view)
    case 'machines':
      return machinesPane(view)
    case 'figures':
      return figuresPane(view, act.copyFigures)
    default:
      return tab satisfies never
  }
}

function filters({ filter, rows }: PanesState, act: PanesActions): TemplateResult {
  return html`<div class="group" role="group" aria-label="Which events">
      ${(Object.keys(filterNames) as Filter[]).map(
        (each) =>
          html`<button
            type="button"
            aria-pressed=${each === filter}
            data-testid="filter-${each}"
            @click=${() => act.chooseFilter(each)}
          >
            ${filterNames[each]}
          </button>`,
      )}
    </div>
    <span class="numbers">${rows.length.toLocaleString('en')}</span>`
}

function list(view: View, { rows, window }: PanesState, act: PanesActions): TemplateResult {
  const { cursor } = view.inspection
  // Only a rendered row can be referenced.
  const atCursor = rowsInSight(rows, window).shown.some(({ index }) => index === cursor)
  return html`<div
    class="scroll list"
    role="listbox"
    tabindex="0"
    aria-label="Events"
    aria-activedescendant=${atCursor ? `event-${cursor}` : nothing}
    data-testid="events"
    @scroll=${act.scrolled}
    @keydown=${act.key}
  >
    ${listRows(rows, window, view)}
  </div>`
}

function moveTab(event: KeyboardEvent, tabs: readonly Tab[], tab: Tab, act: PanesActions): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length]
  if (by === 0 || !next) return
  event.preventDefault()
  act.chooseTab(next)
  const target = event.currentTarget as HTMLElement // The listener is on the list of tabs.
  target.querySelector<HTMLElement>(`#tab-${next}`)?.focus()
}
