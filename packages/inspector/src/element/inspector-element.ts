import type { Conversation, Log, Store } from '@streamfold/core'
import type { PropertyValues, TemplateResult } from 'lit'
import { html, LitElement, nothing } from 'lit'
import type { Dock } from '../dock.ts'
import type { Filter } from './event-list.ts'
import { createListing, rowsBefore } from './event-list.ts'
import { createFiguresNow } from './figures-now.ts'
import { listenToDrops } from './file-drop.ts'
import { createFileReading } from './file-reading.ts'
import { grip } from './grip.ts'
import { createHandOver } from './hand-over.ts'
import { keyAction } from './keyboard.ts'
import { legend } from './legend.ts'
import { createListScroll } from './list-scroll.ts'
import { createMoves } from './moves.ts'
import type { PanesActions, Tab } from './panes.ts'
import { panes } from './panes.ts'
import { picture } from './picture.ts'
import type { Progress } from './progress.ts'
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
    dock: { attribute: false },
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
  /** Where it is docked, so that its size can be changed; undefined where it stands in a place of the page's. */
  declare dock: Dock | undefined

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
  readonly #moves = createMoves({
    stage: this.#stage,
    rows: () => this.#rows,
    select: (index) => this.#select(index),
  })
  readonly #reading = createFileReading({
    changed: () => this.requestUpdate(),
    done: (log, name) => this.#show(log, name),
    failed: (reason) => this.#say(reason),
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
    this.#reading.giveUp()
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
        (file) => void this.#reading.read(file),
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
    const { timeline } = inspection
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
    const rows = this.#rows
    const state = {
      ...viewport,
      pageFollows: this.pageFollows,
      closable: this.closable,
      whole: this.#whole,
      file: this.#file ?? (this.log && 'A log'),
      hasStore: this.store !== undefined,
    }
    const hasLog = this.store !== undefined || this.log !== undefined
    const window = this.#list.window(rows.length, this.#followsPresent())
    return html`<section class="inspector" aria-label="Inspector">
      ${this.dock ? grip(this.dock) : nothing} ${toolbar(view, state, this.#toolbarActions)}
      ${picture(view, { hasLog, dropping: this.#dropping, progress: this.#progress }, this.#pictureActions)}
      ${legend(this.#notice)}
      ${panes(view, { narrow: this.#narrow, tab: this.#tab, filter: this.#filter, rows, window }, this.#panesActions)}
    </section>`
  }

  get #rows() {
    return this.#listing(this.#stage.inspection.timeline, this.#filter)
  }

  /** A file is read before it is folded. */
  get #progress(): Progress | undefined {
    const { now } = this.#reading
    if (now) return { words: `Reading ${now.name}`, part: now.part }
    const part = this.#stage.folded
    return part === undefined ? undefined : { words: `Folding ${this.#file ?? 'the log'}`, part }
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
    const { cursor } = this.#stage.inspection
    const touched = this.renderRoot.querySelector<HTMLElement>('[data-touched=true]')
    const pane = touched?.closest('.scroll')
    // Its end is what grows. Not by `scrollIntoView`, which scrolls the page as well.
    if (touched && pane) pane.scrollTop += touched.getBoundingClientRect().bottom - pane.getBoundingClientRect().bottom + 16
    if (cursor !== undefined) this.#list.reveal(rowsBefore(this.#rows, cursor))
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const action = keyAction(event)
    if (!action) return
    event.preventDefault()
    // On the page Escape may mean something else.
    event.stopPropagation()
    this.#set(() => this.#moves.act(action))
  }

  /** A file takes the place of what was looked at; without one, the store does. */
  #show(log: Log | undefined, name: string | undefined): void {
    this.store?.show(undefined)
    this.#file = name
    this.log = log
    this.#say('')
  }

  readonly #pictureActions = {
    key: (event: KeyboardEvent) => this.#onKey(event),
    cancel: () => (this.#reading.now ? this.#reading.giveUp() : this.#show(undefined, undefined)),
  }

  readonly #toolbarActions: ToolbarActions = {
    present: () => this.#select(undefined),
    fit: () => this.#set(this.#moves.fit),
    zoom: (factor) => this.#stage.zoom(factor),
    follow: () => this.#set(this.#moves.follow),
    chooseAxis: (axis) => this.#set(() => this.#moves.chooseAxis(axis)),
    followPage: (follows) => {
      this.pageFollows = follows
      const { moment, live } = this.#stage.inspection
      this.store?.show(follows && live ? moment?.after : undefined)
    },
    chooseWhole: (whole) => this.#set(() => (this.#whole = whole)),
    exportLog: () => this.#say(this.#handOver.saveLog(this.#stage.inspection, this.#whole)),
    importFile: (file) => void this.#reading.read(file),
    copyTest: () => void this.#handOver.copyTest(this.#stage.inspection, this.#whole).then((said) => this.#say(said)),
    leaveFile: () => this.#show(undefined, undefined),
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

  #say(notice: string): void {
    this.#set(() => (this.#notice = notice))
  }
}

function isStore(value: unknown): value is Store {
  return typeof value === 'object' && value !== null && 'show' in value
}
