import type { Conversation, Scheduler } from '@streamfold/core'

/** As much of a `Realtime` client as the scenarios touch: the real one of ably fits, and so does a simulated one. */
export interface AblyClient {
  readonly connection: { readonly state: string; listeners(): readonly unknown[] | null }
  readonly channels: {
    get(name: string): AblyChannel
    /** Those that were ever asked for, by name. */
    readonly all: Readonly<Record<string, unknown>>
  }
}

export interface AblyChannel {
  readonly state: string
  listeners(): readonly unknown[] | null
  on(listener: (change: { readonly current: string }) => void): void
  /** The listeners of messages; the client's types leave them out. */
  readonly subscriptions?: { listeners(): readonly unknown[] | null }
  // What a scenario puts in its place passes on whatever it is given.
  publish(...args: never[]): Promise<unknown>
  history(...args: never[]): Promise<unknown>
}

/** The options with which a binding opens a conversation; pass them all on to `@streamfold/ably`. */
export interface BindingOptions {
  readonly channelName: string | null | undefined
  readonly history?: number
  readonly rewind?: string | false
  readonly notifyAgent?: (prompt: { readonly channelName: string; readonly promptSerial: string }) => Promise<void>
  readonly initial?: Conversation
  readonly scheduler?: Scheduler
  readonly clock?: { now(): number; after(milliseconds: number, run: () => void): () => void }
}

/** One message on the screen. */
export interface ScreenRow {
  /** What is drawn for it: the same as long as it is not drawn anew. */
  readonly element: unknown
  readonly text: string
  readonly status: string
}

/** What a user sees, read from what is really drawn and not from the binding's values. */
export interface Screen {
  readonly rows: readonly ScreenRow[]
  readonly status: string
  readonly connectionStatus: string
  /** Empty where nothing is wrong. */
  readonly error: string
  /** Why the newest prompt is not being answered; empty where there is nothing to say. */
  readonly unanswered: string
  readonly hasOlder: boolean
}

/** How often something was drawn: the list, and each of its rows by its key. */
export interface Draws {
  readonly list: number
  readonly rows: ReadonlyMap<string, number>
}

export interface MountedBinding {
  screen(): Screen
  /** What `useConversation()` gave last, to act with. */
  actions(): {
    sendMessage(text: string): Promise<void>
    stop(target?: string): Promise<void>
    retry(id: string): Promise<void>
    loadOlder(): Promise<void>
    connect(): Promise<void>
    disconnect(): Promise<void>
  }
  draws(): Draws
  /** The same components with other options. */
  update(options: BindingOptions): void
  unmount(): void
  /** Takes it off the page and keeps it (`KeepAlive`, `Activity`). */
  hide(): void
  show(): void
}

/**
 * A binding under test. What it mounts: a provider of the conversation, in it a part that shows status, connection and error,
 * and a list whose rows read their messages themselves.
 */
export interface BindingDriver {
  mount(client: AblyClient, options: BindingOptions): MountedBinding
  /** Resolves when what the binding was told is drawn. */
  settled(): Promise<void>
  /** Why it cannot be without a channel name, where it cannot. */
  readonly cannotBeUnnamed?: string
  /** Why it cannot hide what is mounted, where it cannot. */
  readonly cannotHide?: string
}
