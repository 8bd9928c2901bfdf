import type { Conversation, Message, Permissions, PromptFile, Scheduler } from '@streamfold/core'
import type { Codec } from '@streamfold/core/codec'

/** The members of a `Realtime` client that scenarios use: both the real client of ably and a simulated one have them. */
export interface AblyClient {
  readonly connection: { readonly state: string; listeners(): readonly unknown[] | null }
  readonly channels: {
    get(name: string): AblyChannel
    /** All requested channels, by name. */
    readonly all: Readonly<Record<string, unknown>>
  }
}

export interface AblyChannel {
  readonly state: string
  listeners(): readonly unknown[] | null
  on(listener: (change: { readonly current: string }) => void): void
  /** The listeners of messages; the client's types do not list them. */
  readonly subscriptions?: { listeners(): readonly unknown[] | null }
  // A scenario's replacement passes all its arguments on.
  publish(...args: never[]): Promise<unknown>
  updateMessage(...args: never[]): Promise<unknown>
  history(...args: never[]): Promise<unknown>
}

/** The options with which a binding opens a conversation; pass all of them to `@streamfold/ably`. */
export interface BindingOptions {
  readonly channelName: string | null | undefined
  /** While false the binding opens nothing. Default true. */
  readonly enabled?: boolean
  readonly history?: number
  readonly rewind?: string | false
  readonly notifyAgent?: (prompt: { readonly channelName: string; readonly promptSerial: string }) => Promise<void>
  readonly initial?: Conversation
  readonly scheduler?: Scheduler
  readonly clock?: { now(): number; after(milliseconds: number, run: () => void): () => void }
  readonly permissions?: Permissions
  readonly head?: string
  readonly shareBranch?: boolean
  /** The channel's format. Default: Streamfold's own. */
  readonly codec?: Codec | undefined
  /** The tools of the page: a component below the provider gives them to the binding's `useClientTools`. */
  readonly tools?: Readonly<Record<string, (input: unknown) => unknown>>
  /** The order of the list: a component below the provider gives it to the binding's `useMessageIds`. */
  readonly order?: 'channel' | 'replies'
}

/** One message on the screen. */
export interface ScreenRow {
  /** The rendered element of the row: the same object until it is rendered again. */
  readonly element: unknown
  readonly text: string
  readonly status: string
  /** What has become of a prompt, as the binding's `usePromptState` returns it; empty for another message. */
  readonly state: string
  /** Which of its alternatives it is, as the binding's `useSiblings` has them: `2/3`; empty if it has none. */
  readonly version: string
  /** The calls of the message, as `callsOf` writes them. */
  readonly calls: string
}

/** What a user sees, read from the rendered page and not from the binding's values. */
export interface Screen {
  readonly rows: readonly ScreenRow[]
  readonly status: string
  readonly connectionStatus: string
  /** Empty if there is no error. */
  readonly error: string
  /** Why the newest prompt has no answer; empty if there is no reason. */
  readonly unanswered: string
  /** The ids of the calls that wait, joined with commas. */
  readonly waiting: string
  readonly hasOlder: boolean
}

/** How often the list, and each of its rows by key, was rendered. */
export interface Draws {
  readonly list: number
  readonly rows: ReadonlyMap<string, number>
}

export interface MountedBinding {
  screen(): Screen
  /** The actions of the last result of `useConversation()`. */
  actions(): {
    sendMessage(text: string, message?: { readonly into?: string }): Promise<void>
    answer(
      call: { readonly messageId: string; readonly toolCallId: string },
      decision:
        | { readonly approve: boolean; readonly reason?: string }
        | { readonly output: unknown }
        | { readonly error: string },
    ): Promise<void>
    edit(id: string, text: string): Promise<void>
    regenerate(id: string): Promise<void>
    choose(message: string | undefined): Promise<void>
    siblings(id: string): readonly Message[]
    withdraw(id: string): Promise<void>
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
  /** Hides it without unmounting it (`KeepAlive`, `Activity`). */
  hide(): void
  show(): void
}

/** Makes a list of texts of the messages that `selectMessages` returns. */
export type TextSelector = (messages: readonly Message[]) => readonly string[]

/** A component that renders the result of `useSelector`. */
export interface MountedSelection {
  /** The rendered texts, joined with commas. */
  text(): string
  /** How often it was rendered. */
  draws(): number
  /** The same component with other options. */
  update(options: BindingOptions): void
  unmount(): void
}

/** The options of `useUploads`. */
export interface UploadsOptions {
  readonly upload: (
    file: File,
    task: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
  ) => Promise<{ readonly url: string; readonly mediaType?: string; readonly name?: string }>
  readonly accept?: string
  readonly maxSize?: number
  readonly maxCount?: number
}

/** The values of `useUploads`, as a component renders them. */
export interface UploadsScreen {
  readonly files: readonly {
    readonly id: string
    readonly name: string
    readonly status: string
    readonly progress: number
    readonly error?: string
    readonly preview?: string
  }[]
  readonly refused: readonly { readonly id: string; readonly name: string; readonly error: string }[]
  readonly ready: boolean
  readonly uploaded: readonly PromptFile[]
}

/** A component that renders the result of `useUploads` as JSON. */
export interface MountedUploads {
  screen(): UploadsScreen
  /** The actions of its last result. */
  actions(): {
    add(files: Iterable<File>): void
    retry(id: string): void
    remove(id: string): void
    setAlt(id: string, alt: string): void
    clear(): void
  }
  /** The same component with other options. */
  update(options: UploadsOptions): void
  unmount(): void
}

/**
 * A binding under test. It mounts a provider of the conversation with two children: one shows status, connection and error, the other a list
 * whose rows read their own messages.
 */
export interface BindingDriver {
  mount(client: AblyClient, options: BindingOptions): MountedBinding
  /**
   * Mounts a provider with one child, which renders `useSelector((state) => selector(selectMessages(state)), isEqual)`. Absent if the binding
   * has no selectors.
   */
  mountSelection?(
    client: AblyClient,
    options: BindingOptions,
    selector: TextSelector,
    isEqual?: (before: readonly string[], after: readonly string[]) => boolean,
  ): MountedSelection
  /** Mounts a component that attaches files to a prompt. Absent if the binding has nothing for that. */
  mountUploads?(options: UploadsOptions): MountedUploads
  /** Resolves when the binding has rendered its last notification. */
  settled(): Promise<void>
  /** Why it cannot work without a channel name, if it cannot. */
  readonly cannotBeUnnamed?: string
  /** Why it cannot hide its components, if it cannot. */
  readonly cannotHide?: string
}
