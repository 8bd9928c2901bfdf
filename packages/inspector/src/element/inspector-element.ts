import type { Conversation, Log, Store } from '@streamfold/core'
import type { PropertyValues, TemplateResult } from 'lit'
import { html, LitElement, nothing } from 'lit'
import type { Dock } from '../dock.ts'
import { createEventRows } from './list/event-rows.ts'
import { createFiguresNow } from './panes/figures-now.ts'
import { createFileReading } from './files/file-reading.ts'
import { grip } from './stage/grip.ts'
import { createHandOver } from './files/hand-over.ts'
import { keyAction } from './keyboard.ts'
import { legend } from './legend.ts'
import { createMoves } from './moves.ts'
import type { PanesActions, Tab } from './panes/panes.ts'
import { panes } from './panes/panes.ts'
import { picture } from './stage/picture.ts'
import type { Progress } from './files/progress.ts'
import { createStage, offsetAt } from './stage/stage.ts'
import { styles } from './styles.ts'
import { openSurroundings } from './surroundings.ts'
import type { ToolbarActions } from './toolbar.ts'
import { toolbar } from './toolbar.ts'
import type { View } from './view.ts'

/** The detail of a `streamfold-cursor` event: where an inspector looks. */
export interface CursorDetail {
  /** The event's index, from 0; undefined for the present. */
  readonly index: number | undefined
  /** The conversation after that event; undefined for the present. */
  readonly conversation: Conversation | undefined
}

/** Width in pixels below which one pane is shown at a time. */
const NARROW = 736

/**
 * `<streamfold-inspector>` shows a conversation's log against time, and any moment of it.
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

  /** The inspected store; it must keep a log. */
  declare store: Store | undefined
  /** A log to inspect instead of the store's. */
  declare log: Log | undefined
  /** Whether the store's subscribers also see the moment at the cursor. Default false. */
  declare pageFollows: boolean
  /** Whether it has a button that emits `streamfold-close`. Default false. */
  declare closable: boolean
  /** Its dock, through which its size can be changed; undefined if the page placed it. */
  declare dock: Dock | undefined

  #file: string | undefined
  #tab: Tab = 'conversation'
  #whole = false
  #notice = ''
  #narrow = false
  #dropping = false
  #close = () => {}
  readonly #figuresNow = createFiguresNow()
  readonly #handOver = createHandOver(this.ownerDocument)
  readonly #stage = createStage({
    host: this,
    changed: () => this.requestUpdate(),
    chosen: (index) => this.#select(index),
  })
  readonly #rows = createEventRows(this.#stage, () => this.renderRoot)
  readonly #moves = createMoves({
    stage: this.#stage,
    rows: () => this.#rows.all,
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
    this.#close()
    this.#reading.giveUp()
    this.store?.setPreview(undefined)
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('store') && !changed.has('log')) return
    const before: unknown = changed.get('store')
    if (changed.has('store') && isStore(before)) before.setPreview(undefined)
    this.#stage.look(this.store, this.log)
  }

  protected override firstUpdated(): void {
    this.#open()
  }

  protected override updated(): void {
    this.#rows.drawn()
  }

  #open(): void {
    this.#close = openSurroundings(this, this.renderRoot, {
      stage: this.#stage,
      resized: () => this.#measure(),
      dropping: (held) => this.#set(() => (this.#dropping = held)),
      dropped: (file) => void this.#reading.read(file),
    })
  }

  #measure(): void {
    const narrow = this.clientWidth > 0 && this.clientWidth < NARROW
    if (narrow !== this.#narrow) this.#tab = narrow ? 'events' : 'conversation'
    this.#narrow = narrow
    this.#rows.measure()
    this.requestUpdate()
  }

  protected override render(): TemplateResult {
    const { inspection, bands, viewport } = this.#stage
    const { timeline } = inspection
    const figures = () => this.#figuresNow(timeline)
    const view: View = {
      inspection,
      bands,
      // Counted only while they are shown.
      get figures() {
        return figures()
      },
      offset: offsetAt(timeline.entries.at(-1)?.at ?? 0),
      nameOf: this.#stage.nameOf,
      select: (index) => this.#select(index),
    }
    const state = {
      ...viewport,
      pageFollows: this.pageFollows,
      closable: this.closable,
      whole: this.#whole,
      file: this.#file ?? (this.log && 'A log'),
      hasStore: this.store !== undefined,
    }
    const hasLog = this.store !== undefined || this.log !== undefined
    const { filter, all: rows, window } = this.#rows
    return html`<section class="inspector" aria-label="Inspector">
      ${this.dock ? grip(this.dock) : nothing} ${toolbar(view, state, this.#toolbarActions)}
      ${picture(view, { hasLog, dropping: this.#dropping, progress: this.#progress }, this.#pictureActions)}
      ${legend(this.#notice)} ${panes(view, { narrow: this.#narrow, tab: this.#tab, filter, rows, window }, this.#panesActions)}
    </section>`
  }

  /** A file is read first and folded then. */
  get #progress(): Progress | undefined {
    const part = this.#stage.folded
    return this.#reading.now ?? (part === undefined ? undefined : { words: `Folding ${this.#file ?? 'the log'}`, part })
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
    if (this.pageFollows && inspection.live) this.store?.setPreview(conversation)
    const detail: CursorDetail = { index: cursor, conversation }
    this.dispatchEvent(new CustomEvent('streamfold-cursor', { detail, bubbles: true, composed: true }))
    this.requestUpdate()
    void this.updateComplete.then(() => this.#rows.reveal())
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const action = keyAction(event)
    if (!action) return
    event.preventDefault()
    // Escape may have another meaning on the page.
    event.stopPropagation()
    this.#set(() => this.#moves.act(action))
  }

  /** Inspects a file's log; without one, the store. */
  #show(log: Log | undefined, name: string | undefined): void {
    this.store?.setPreview(undefined)
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
      this.store?.setPreview(follows && live ? moment?.after : undefined)
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
      this.#set(() => (this.#rows.filter = filter))
      void this.updateComplete.then(() => this.#rows.reveal())
    },
    scrolled: () => this.#set(() => this.#rows.measure()),
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
