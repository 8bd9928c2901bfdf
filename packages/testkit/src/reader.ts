import type { Conversation, ConversationEvent, ConversationOptions, Message, Store } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import type { DeliveryStyle } from './attachment.ts'
import type { ServerModel } from './server-model.ts'
import { createSubscriber } from './subscriber.ts'

export interface ReaderOptions {
  /** Messages to be sent on attach, in their latest state. Default 0. */
  readonly rewind?: number
  /** Default: history is read at once. False leaves it to `catchUp`. */
  readonly hydrate?: boolean
  readonly conversation?: Partial<ConversationOptions>
}

/** A client on a simulated channel, in the words of a user's day. */
export interface Reader {
  readonly store: Store
  conversation(): Conversation
  messages(): readonly Message[]
  /** The network goes. What is written meanwhile waits. */
  drop(): void
  /** The network is back: in time (`resumed`, the default), or too late, when what was missed is only in history. */
  reconnect(options?: { readonly resumed?: boolean }): void
  /** The page is loaded anew: nothing is remembered. */
  reload(): void
  /** Deliveries wait until `release`. */
  hold(): void
  /** Delivers what waits, in a style the platform is free to choose. */
  release(style?: DeliveryStyle): void
  /** Performs what the core asks for (history, single messages) until nothing is left to do. */
  catchUp(): void
  /** Anything else that can happen to a conversation, such as presence. */
  dispatch(event: ConversationEvent): void
  /** For the channel: something was written. */
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
