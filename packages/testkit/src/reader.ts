import type { Conversation, ConversationEvent, ConversationOptions, Message, Store } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import type { DeliveryStyle } from './attachment.ts'
import type { ServerModel } from './server-model.ts'
import { createSubscriber } from './subscriber.ts'

export interface ReaderOptions {
  /** How many messages are sent on attach, in their latest version. Default 0. */
  readonly rewind?: number
  /** Whether history is read at once; false leaves it to `catchUp`. Default true. */
  readonly hydrate?: boolean
  readonly conversation?: Partial<ConversationOptions>
}

/** A client on a simulated channel, with the events of a user's day. */
export interface Reader {
  readonly store: Store
  conversation(): Conversation
  messages(): readonly Message[]
  /** Disconnects the network. Mutations wait meanwhile. */
  drop(): void
  /** Reconnects: in time (`resumed`, the default), or too late, so that missed messages are only in history. */
  reconnect(options?: { readonly resumed?: boolean }): void
  /** Loads the page again: nothing is remembered. */
  reload(): void
  /** Holds deliveries back until `release`. */
  hold(): void
  /** Delivers waiting mutations, in a style that the platform may choose. */
  release(style?: DeliveryStyle): void
  /** Performs effects of the core (history, single messages) until none is left. */
  catchUp(): void
  /** Dispatches any other event of a conversation, such as presence. */
  dispatch(event: ConversationEvent): void
  /** Called by the channel after a mutation. */
  deliver(): void
  tick(milliseconds: number): void
}

export function createReader(server: ServerModel, { rewind = 0, hydrate = true, conversation = {} }: ReaderOptions = {}): Reader {
  let subscriber = createSubscriber(server, conversation)
  let held = false

  function settle(): void {
    if (hydrate) subscriber.recover()
  }

  function start(): void {
    subscriber.attach(rewind)
    settle()
  }

  const self: Reader = {
    get store() {
      return subscriber.store
    },
    conversation: () => subscriber.state(),
    messages: () => selectMessages(subscriber.state()),
    drop: () => subscriber.drop(),
    reconnect({ resumed = true } = {}) {
      if (resumed) subscriber.resume(0)
      else subscriber.attach(rewind)
      settle()
    },
    reload() {
      subscriber = createSubscriber(server, conversation)
      start()
    },
    hold: () => void (held = true),
    release(style) {
      held = false
      subscriber.deliver(Infinity, style)
    },
    catchUp: () => subscriber.recover(),
    dispatch: (event) => subscriber.dispatch(event),
    deliver() {
      if (!held) subscriber.deliver(Infinity)
    },
    tick: (milliseconds) => subscriber.tick(milliseconds),
  }
  start()
  return self
}
