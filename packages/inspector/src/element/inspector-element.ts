import type { Conversation, Log, Store } from '@streamfold/core'
import type { PropertyValues, TemplateResult } from 'lit'
import { html, LitElement, nothing } from 'lit'
import { kindNames } from '../model/names.ts'
import { clock } from '../model/ticks.ts'
import { fitted, onAxis } from '../model/viewport.ts'
import type { Filter } from './event-list.ts'
import { createListing, rowsBefore } from './event-list.ts'
import { createFiguresNow } from './figures-now.ts'
import { listenToDrops } from './file-drop.ts'
import { createHandOver, readLogFile } from './hand-over.ts'
import type { KeyAction } from './keyboard.ts'
import { keyAction } from './keyboard.ts'
import { legend } from './legend.ts'
import { createListScroll } from './list-scroll.ts'
import { nextIn, nextTrouble } from './next-event.ts'
import type { PanesActions, Tab } from './panes.ts'
import { panes } from './panes.ts'
import { createStage, offsetAt } from './stage.ts'
import { styles } from './styles.ts'
import type { ToolbarActions } from './toolbar.ts'
import { toolbar } from './toolbar.ts'
import type { View } from './view.ts'

/** Where an inspector looks: `streamfold-cursor`. */
export interface CursorDetail {
  /** Which event, from 0; undefined for the present. */
  readonly index: number | undefined
  /** The conversation after that event; undefined for the present. */
  readonly conversation: Conversation | undefined
}

/** Pixels of width below which the panes take turns. */
const NARROW = 736

/**
 * `<streamfold-inspector>`: a conversation's log against time, and any moment of it.
 *
 * Events: `streamfold-cursor` (`CursorDetail`), `streamfold-close`.
 */
export class InspectorElement extends LitElement {
  static override properties = {
    store: { attribute: false },
    log: { attribute: false },
    pageFollows: { type: Boolean, attribute: 'page-follows' },
    closable: { type: Boolean },
  }
  static override styles = styles

  /** The store to look at; it must keep a log. */
  declare store: Store | undefined
  /** A log to look at in place of the store's. */
  declare log: Log | undefined
  /** Whether readers of the store are shown the moment at the cursor, too. Default false. */
  declare pageFollows: boolean
  /** Whether it has a button that asks to be closed. Default false. */
  declare closable: boolean

  #file: string | undefined
  #tab: Tab = 'conversation'
  #filter: Filter = 'all'
  #whole = false
  #notice = ''
  #narrow = false
  #dropping = false
  #stops: readonly (() => void)[] = []
  readonly #figuresNow = createFiguresNow()
  readonly #listing = createListing()
  readonly #list = createListScroll(() => this.renderRoot.querySelector('.list'))
  readonly #handOver = createHandOver(this.ownerDocument)
  readonly #stage = createStage({
    host: this,
    changed: () => this.requestUpdate(),
    chosen: (index) => this.#select(index),
  })

  constructor() {
    super()
    this.pageFollows = false
    this.closable = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.hasUpdated) this.#open()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.#stops) stop()
    this.store?.show(undefined)
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('store') && !changed.has('log')) return
    const before: unknown = changed.get('store')
    if (changed.has('store') && isStore(before)) before.show(undefined)
    this.#stage.look(this.store, this.log)
  }

  protected override firstUpdated(): void {
    this.#open()
  }

  protected override updated(): void {
    if (this.#followsPresent()) this.#list.showNewest()
  }

  #open(): void {
    const canvas = this.renderRoot.querySelector('canvas')!
    const room = this.renderRoot.querySelector<HTMLElement>('.picture')!
    const spacer = this.renderRoot.querySelector<HTMLElement>('.spacer')!
    const theme = matchMedia('(prefers-color-scheme: dark)')
    const recolour = () => this.#stage.recolour()
    const resize = typeof ResizeObserver === 'function' ? new ResizeObserver(() => this.#measure()) : undefined
    resize?.observe(this)
    theme.addEventListener('change', recolour)
    this.#stops = [
      this.#stage.open({ canvas, room, spacer }),
      listenToDrops(
        this,
        (held) => this.#set(() => (this.#dropping = held)),
        (file) => void this.#import(file),
      ),
      () => resize?.disconnect(),
      () => theme.removeEventListener('change', recolour),
    ]
  }

  #measure(): void {
    const narrow = this.clientWidth > 0 && this.clientWidth < NARROW
    if (narrow !== this.#narrow) this.#tab = narrow ? 'events' : 'conversation'
    this.#narrow = narrow
    this.#list.measure()
    this.requestUpdate()
  }

  protected override render(): TemplateResult {
    const { inspection, bands, viewport } = this.#stage
    const { timeline, cursor } = inspection
    const figures = () => this.#figuresNow(timeline)
    const view: View = {
      inspection,
      bands,
      // Asked for only while they are looked at.
      get figures() {
        return figures()
      },
      offset: offsetAt(timeline.entries.at(-1)?.at ?? 0),
      nameOf: this.#stage.nameOf,
      select: (index) => this.#select(index),
    }
    const rows = this.#listing(timeline, this.#filter)
    const state = {
      ...viewport,
      pageFollows: this.pageFollows,
      closable: this.closable,
      whole: this.#whole,
      file: this.#file ?? (this.log && 'A log'),
      hasStore: this.store !== undefined,
    }
    const window = this.#list.window(rows.length, this.#followsPresent())
    return html`<section class="inspector" aria-label="Inspector">
      ${toolbar(view, state, this.#toolbarActions)}
      <div class="picture">
        <canvas
          tabindex="0"
          role="slider"
          data-testid="timeline"
          aria-label="Timeline"
          aria-valuemin=${timeline.first}
          aria-valuemax=${Math.max(timeline.first, timeline.next - 1)}
          aria-valuenow=${cursor ?? Math.max(timeline.first, timeline.next - 1)}
          aria-valuetext=${this.#valueText(view)}
          @keydown=${this.#onKey}
        ></canvas>
        <div class="spacer"></div>
        ${timeline.next === timeline.first ? html`<p class="empty">${this.#emptyText()}</p>` : nothing}
        ${this.#dropping ? html`<p class="drop">Drop a log to look at it</p>` : nothing}
      </div>
      ${legend(this.#notice)}
      ${panes(view, { narrow: this.#narrow, tab: this.#tab, filter: this.#filter, rows, window }, this.#panesActions)}
    </section>`
  }

  #emptyText(): string {
    if (!this.store && !this.log) return 'No log yet: import one, or drop it here.'
    return this.#stage.inspection.log
      ? 'Nothing has happened yet.'
      : 'This store keeps no log: open the conversation with log: { limit: 10_000, raw: true }.'
  }

  #valueText({ inspection: { moment }, nameOf, offset }: View): string {
    if (!moment) return 'The present'
    const { index, kind, at, serial } = moment.entry
    return `Event ${index + 1}, ${kindNames[kind]}${serial === undefined ? '' : ` of ${nameOf(serial)}`}, ${clock(at, offset, true)}`
  }

  /** Whether the list goes on with the picture. */
  #followsPresent(): boolean {
    return this.#stage.inspection.cursor === undefined && this.#stage.viewport.following
  }

  #set(change: () => void): void {
    change()
    this.requestUpdate()
  }

  #select(index: number | undefined): void {
    const { inspection } = this.#stage
    this.#stage.select(index)
    const { cursor, moment } = inspection
    const conversation = cursor === undefined ? undefined : moment?.after
    if (this.pageFollows && inspection.live) this.store?.show(conversation)
    const detail: CursorDetail = { index: cursor, conversation }
    this.dispatchEvent(new CustomEvent('streamfold-cursor', { detail, bubbles: true, composed: true }))
    this.requestUpdate()
    void this.updateComplete.then(() => this.#reveal())
  }

  /** Scrolls the list so that the event at the cursor is in it, and the conversation to what the event was about. */
  #reveal(): void {
    const { cursor, timeline } = this.#stage.inspection
    const touched = this.renderRoot.querySelector<HTMLElement>('[data-touched=true]')
    const pane = touched?.closest('.scroll')
    // Its end is what grows. Not by `scrollIntoView`, which scrolls the page as well.
    if (touched && pane) pane.scrollTop += touched.getBoundingClientRect().bottom - pane.getBoundingClientRect().bottom + 16
    if (cursor !== undefined) this.#list.reveal(rowsBefore(this.#listing(timeline, this.#filter), cursor))
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const action = keyAction(event)
    if (!action) return
    event.preventDefault()
    // On the page Escape may mean something else.
    event.stopPropagation()
    this.#set(() => this.#act(action))
  }

  #act(action: KeyAction): void {
    const { timeline, cursor } = this.#stage.inspection
    switch (action.type) {
      case 'step':
        return this.#selectIf(nextIn(this.#listing(timeline, this.#filter), cursor, action.by))
      case 'trouble':
        return this.#selectIf(nextTrouble(timeline.entries, cursor, action.to === 'before' ? -1 : 1))
      case 'first':
        return this.#select(timeline.first)
      case 'present':
        return this.#select(undefined)
      case 'pan':
        return this.#stage.pan(action.part)
      case 'zoom':
        return this.#stage.zoom(action.factor)
      case 'fit':
        return this.#toolbarActions.fit()
      case 'follow':
        return this.#toolbarActions.follow()
      default:
        action satisfies never
    }
  }

  #selectIf(index: number | undefined): void {
    if (index !== undefined) this.#select(index)
  }

  readonly #toolbarActions: ToolbarActions = {
    present: () => this.#select(undefined),
    fit: () => this.#set(() => (this.#stage.viewport = fitted(this.#stage.viewport, this.#stage.inspection.timeline))),
    zoom: (factor) => this.#stage.zoom(factor),
    follow: () =>
      this.#set(() => (this.#stage.viewport = { ...this.#stage.viewport, following: !this.#stage.viewport.following })),
    chooseAxis: (axis) =>
      this.#set(() => (this.#stage.viewport = onAxis(this.#stage.viewport, axis, this.#stage.inspection.timeline))),
    followPage: (follows) => {
      this.pageFollows = follows
      const { moment, live } = this.#stage.inspection
      this.store?.show(follows && live ? moment?.after : undefined)
    },
    chooseWhole: (whole) => this.#set(() => (this.#whole = whole)),
    exportLog: () => this.#say(this.#handOver.saveLog(this.#stage.inspection, this.#whole)),
    importFile: (file) => void this.#import(file),
    copyTest: () => void this.#handOver.copyTest(this.#stage.inspection, this.#whole).then((said) => this.#say(said)),
    leaveFile: () => {
      this.#file = undefined
      this.log = undefined
    },
    close: () => this.dispatchEvent(new CustomEvent('streamfold-close', { bubbles: true, composed: true })),
  }

  readonly #panesActions: PanesActions = {
    chooseTab: (tab) => {
      this.#set(() => (this.#tab = tab))
      if (tab === 'events') void this.updateComplete.then(() => this.#measure())
    },
    chooseFilter: (filter) => {
      this.#set(() => (this.#filter = filter))
      void this.updateComplete.then(() => this.#reveal())
    },
    scrolled: () => this.#set(() => this.#list.measure()),
    key: this.#onKey,
    copyFigures: () => void this.#handOver.copyFigures(this.#stage.inspection).then((said) => this.#say(said)),
  }

  async #import(file: File): Promise<void> {
    try {
      const log = await readLogFile(file)
      this.store?.show(undefined)
      this.#file = file.name
      this.log = log
      this.#say('')
    } catch (error) {
      this.#say(error instanceof Error ? error.message : 'unable to read the file; choose another one')
    }
  }

  #say(notice: string): void {
    this.#set(() => (this.#notice = notice))
  }
}

function isStore(value: unknown): value is Store {
  return typeof value === 'object' && value !== null && 'show' in value
}
