import type { Conversation, Log, Store } from '@streamfold/core'
import type { PropertyValues, TemplateResult } from 'lit'
import { html, LitElement, nothing } from 'lit'
import { isTrouble } from '../model/change.ts'
import { testText } from '../model/copy-test.ts'
import type { Figures } from '../model/figures.ts'
import { figuresOf } from '../model/figures.ts'
import { kindNames } from '../model/names.ts'
import { clock } from '../model/ticks.ts'
import type { Timeline } from '../model/timeline.ts'
import { fitted, onAxis } from '../model/viewport.ts'
import type { Filter } from './event-list.ts'
import { listed, ROW } from './event-list.ts'
import { copyText, download, fileName, fileOf, readLogFile } from './hand-over.ts'
import type { KeyAction } from './keyboard.ts'
import { keyAction } from './keyboard.ts'
import { legend } from './legend.ts'
import { detail, glyphs, list, others } from './pane-styles.ts'
import type { PanesActions, Tab } from './panes.ts'
import { panes } from './panes.ts'
import { createStage, offsetAt } from './stage.ts'
import { frame, tokens } from './styles.ts'
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
  }
  static override styles = [tokens, frame, glyphs, list, detail, others]

  /** The store to look at; it must keep a log. */
  declare store: Store | undefined
  /** A log to look at in place of the store's. */
  declare log: Log | undefined
  /** Whether readers of the store are shown the moment at the cursor, too. Default false. */
  declare pageFollows: boolean

  #file: string | undefined
  #tab: Tab = 'conversation'
  #filter: Filter = 'all'
  #whole = false
  #notice = ''
  #narrow = false
  #dropping = false
  #figures: { readonly of: Timeline; readonly at: number; readonly value: Figures } | undefined
  #window = { top: 0, height: 320 }
  #stop = () => {}
  readonly #stage = createStage({
    host: this,
    changed: () => this.requestUpdate(),
    chosen: (index) => this.#select(index),
  })

  constructor() {
    super()
    this.pageFollows = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.addEventListener('dragover', this.#onDragOver)
    this.addEventListener('dragleave', this.#onDragLeave)
    this.addEventListener('drop', this.#onDrop)
    if (this.hasUpdated) this.#open()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop()
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
    const rows = this.renderRoot.querySelector('.list')
    if (!rows) return
    // While the present is followed, the newest row is in sight.
    if (this.#stage.inspection.cursor === undefined && this.#stage.viewport.following) rows.scrollTop = rows.scrollHeight
  }

  #open(): void {
    const canvas = this.renderRoot.querySelector('canvas')!
    const room = this.renderRoot.querySelector<HTMLElement>('.picture')!
    const stopStage = this.#stage.open(canvas, room)
    const theme = matchMedia('(prefers-color-scheme: dark)')
    const recolour = () => this.#stage.recolour()
    theme.addEventListener('change', recolour)
    const resize = typeof ResizeObserver === 'function' ? new ResizeObserver(() => this.#measure()) : undefined
    resize?.observe(this)
    this.#stop = () => {
      stopStage()
      resize?.disconnect()
      theme.removeEventListener('change', recolour)
    }
  }

  #measure(): void {
    const narrow = this.clientWidth > 0 && this.clientWidth < NARROW
    if (narrow !== this.#narrow) this.#tab = narrow ? 'events' : 'conversation'
    this.#narrow = narrow
    this.#scrolled()
  }

  protected override render(): TemplateResult {
    const { inspection, bands, viewport } = this.#stage
    const { timeline, cursor } = inspection
    const figures = () => this.#figuresNow()
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
    const rows = listed(timeline.entries, this.#filter)
    const state = {
      ...viewport,
      pageFollows: this.pageFollows,
      whole: this.#whole,
      file: this.#file ?? (this.log && 'A log'),
      hasStore: this.store !== undefined,
    }
    const window = { ...this.#window, top: this.#topOf(rows.length) }
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
        ${timeline.next === timeline.first ? html`<p class="empty">${this.#emptyText()}</p>` : nothing}
        ${this.#dropping ? html`<p class="drop">Drop a log to look at it</p>` : nothing}
      </div>
      ${legend(this.#notice)}
      ${panes(view, { narrow: this.#narrow, tab: this.#tab, filter: this.#filter, rows, window }, this.#panesActions)}
    </section>`
  }

  /** At most once a second: counting goes through all events. */
  #figuresNow(): Figures {
    const { timeline } = this.#stage.inspection
    const now = performance.now()
    if (!this.#figures || this.#figures.of !== timeline || now - this.#figures.at > 1_000)
      this.#figures = { of: timeline, at: now, value: figuresOf(timeline) }
    return this.#figures.value
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
    const rows = this.renderRoot.querySelector('.list')
    if (cursor === undefined || !rows) return
    const at = listed(timeline.entries, this.#filter).findIndex(({ index }) => index >= cursor) * ROW
    if (at < rows.scrollTop || at + ROW > rows.scrollTop + rows.clientHeight)
      rows.scrollTop = Math.max(0, at - rows.clientHeight / 2)
  }

  #topOf(count: number): number {
    const following = this.#stage.inspection.cursor === undefined && this.#stage.viewport.following
    return following ? Math.max(0, count * ROW - this.#window.height) : this.#window.top
  }

  #scrolled(): void {
    const rows = this.renderRoot.querySelector('.list')
    if (!rows) return this.requestUpdate()
    this.#window = { top: rows.scrollTop, height: rows.clientHeight }
    this.requestUpdate()
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const action = keyAction(event)
    if (!action) return
    event.preventDefault()
    event.stopPropagation()
    this.#act(action)
  }

  #act(action: KeyAction): void {
    const { inspection } = this.#stage
    const { timeline, cursor } = inspection
    const last = timeline.next - 1
    switch (action.type) {
      case 'step': {
        const rows = listed(timeline.entries, this.#filter)
        const next =
          action.by < 0
            ? rows.findLast(({ index }) => index < (cursor ?? Infinity))
            : rows.find(({ index }) => index > (cursor ?? Infinity))
        if (next) this.#select(next.index)
        return
      }
      case 'first':
        return this.#select(timeline.first)
      case 'present':
        return this.#toolbarActions.present()
      case 'trouble': {
        const from = cursor ?? last + 1
        const troubled = listed(timeline.entries, 'trouble').filter(
          ({ kind, changes }) => kind === 'repair' || changes.some(isTrouble),
        )
        const next =
          action.to === 'before' ? troubled.findLast(({ index }) => index < from) : troubled.find(({ index }) => index > from)
        if (next) this.#select(next.index)
        return
      }
      case 'pan':
        this.#stage.pan(action.part)
        break
      case 'zoom':
        this.#stage.zoom(action.factor)
        break
      case 'fit':
        this.#toolbarActions.fit()
        break
      case 'follow':
        this.#toolbarActions.follow()
        break
      default:
        action satisfies never
    }
    this.requestUpdate()
  }

  readonly #toolbarActions: ToolbarActions = {
    present: () => this.#select(undefined),
    fit: () => {
      this.#stage.viewport = fitted(this.#stage.viewport, this.#stage.inspection.timeline)
      this.requestUpdate()
    },
    zoom: (factor) => {
      this.#stage.zoom(factor)
    },
    follow: () => {
      const { viewport } = this.#stage
      this.#stage.viewport = { ...viewport, following: !viewport.following }
      this.requestUpdate()
    },
    chooseAxis: (axis) => {
      this.#stage.viewport = onAxis(this.#stage.viewport, axis, this.#stage.inspection.timeline)
      this.requestUpdate()
    },
    followPage: (follows) => {
      this.pageFollows = follows
      const { cursor, moment, live } = this.#stage.inspection
      this.store?.show(follows && live && cursor !== undefined ? moment?.after : undefined)
    },
    chooseWhole: (whole) => {
      this.#whole = whole
      this.requestUpdate()
    },
    exportLog: () => {
      const { log, timeline } = this.#stage.inspection
      if (!log) return
      const name = fileName(timeline.entries.at(-1)?.at ?? 0, this.#whole)
      download(this.ownerDocument, name, fileOf(log, this.#whole))
      this.#say(this.#whole ? 'Exported with all that was said' : 'Exported without a word of what was said')
    },
    importFile: (file) => void this.#import(file),
    copyTest: () => {
      const { log, timeline, cursor } = this.#stage.inspection
      if (!log) return
      const until = cursor === undefined ? timeline.next : cursor + 1
      void this.#copy(testText(timeline, log, until, { whole: this.#whole }), 'The test is copied')
    },
    leaveFile: () => {
      this.#file = undefined
      this.log = undefined
    },
    close: () => this.dispatchEvent(new CustomEvent('streamfold-close', { bubbles: true, composed: true })),
  }

  readonly #panesActions: PanesActions = {
    chooseTab: (tab) => {
      this.#tab = tab
      this.requestUpdate()
      if (tab === 'events') void this.updateComplete.then(() => this.#measure())
    },
    chooseFilter: (filter) => {
      this.#filter = filter
      this.requestUpdate()
      void this.updateComplete.then(() => this.#reveal())
    },
    scrolled: () => this.#scrolled(),
    key: this.#onKey,
    copyFigures: () =>
      void this.#copy(JSON.stringify(figuresOf(this.#stage.inspection.timeline), null, 2), 'The figures are copied'),
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

  async #copy(text: string, said: string): Promise<void> {
    this.#say((await copyText(text)) ? said : 'Nothing was copied: the browser did not allow it')
  }

  #say(notice: string): void {
    this.#notice = notice
    this.requestUpdate()
  }

  readonly #onDragOver = (event: DragEvent): void => {
    event.preventDefault()
    if (!this.#dropping) this.requestUpdate()
    this.#dropping = true
  }

  readonly #onDragLeave = (): void => {
    this.#dropping = false
    this.requestUpdate()
  }

  readonly #onDrop = (event: DragEvent): void => {
    event.preventDefault()
    this.#onDragLeave()
    const file = event.dataTransfer?.files[0]
    if (file) void this.#import(file)
  }
}

function isStore(value: unknown): value is Store {
  return typeof value === 'object' && value !== null && 'show' in value
}
