import type { Conversation, ConversationEvent, ConversationOptions, Store } from '@streamfold/core'
import { createStore, emptyConversation, normalise } from '@streamfold/core'
import { selectEffects } from '@streamfold/core/transport'
import type { Attachment, DeliveryStyle } from './attachment.ts'
import { createAttachment } from './attachment.ts'
import type { RawMessage, ServerModel } from './server-model.ts'

/** One fold, and the states around it: what a law looks at. */
export interface Step {
  readonly event: ConversationEvent
  readonly before: Conversation
  readonly after: Conversation
}

/** A client of the simulated channel: folds what it is delivered, and performs the effects the core asks for. */
export interface Subscriber {
  /** What a user interface would subscribe to; told at once. */
  readonly store: Store
  readonly steps: readonly Step[]
  state(): Conversation
  attach(rewind: number): void
  deliver(count: number, style?: DeliveryStyle): void
  drop(): void
  /** Comes back with continuity. */
  resume(overlap: number, style?: DeliveryStyle): void
  /** Shows a prompt and publishes it. @param known serial of the message that the service knows under this id, if it does */
  ask(id: string, text: string, known?: string): void
  /** The oldest publish that is not acknowledged is. */
  acknowledge(): void
  /** Begins to perform the effects now due: what they will answer is what the server holds at this moment. */
  read(): void
  /** Begins to read the whole history unasked, as an application may at any moment. */
  peek(): void
  /** The oldest read under way answers. */
  answer(): void
  tick(milliseconds: number): void
  dispatch(event: ConversationEvent): void
  /** Everything owed is delivered and everything asked for is read, until nothing is left to do. */
  recover(): void
}

interface Read {
  readonly attempt: number
  readonly messages: readonly RawMessage[]
  /** Whether it performs the effect `fetchHistory`. */
  readonly asked: boolean
}

/** How what is delivered becomes events. */
export interface SubscriberWire {
  /** @param source absent for what is delivered on the attachment */
  readonly read: (raw: RawMessage, source?: 'history') => ConversationEvent
}

const ours: SubscriberWire = { read: (raw, source) => normalise(raw, { agent: 'agent', ...(source && { source }) }) }

/** @param wire Default: our own. @param clientId under which it asks. */
export function createSubscriber(
  server: ServerModel,
  options: Partial<ConversationOptions> = {},
  wire: SubscriberWire = ours,
  clientId = 'user',
): Subscriber {
  const acknowledgements: (() => void)[] = []
  const steps: Step[] = []
  const reads: Read[] = []
  const store = createStore({ initial: emptyConversation(options) })
  let attachment: Attachment | undefined
  let connected = true
  let attempts = 0
  let now = 1_700_000_000_000

  function fold(event: ConversationEvent): void {
    const before = store.getState()
    store.dispatch(event)
    steps.push({ event, before, after: store.getState() })
  }
  const receive = (messages: readonly RawMessage[]) => messages.forEach((raw) => fold(wire.read(raw)))

  const latest = (serials: readonly string[]) => serials.map((serial) => server.latest(serial)).filter((raw) => raw !== undefined)
  const readAll = (asked: boolean) => reads.push({ attempt: attempts, messages: latest(server.serials.toReversed()), asked })

  const self: Subscriber = {
    store,
    steps,
    state: store.getState,
    dispatch: fold,
    attach(rewind) {
      const messages = (attachment ??= createAttachment(server)).begin(rewind)
      connected = true
      attempts += 1
      fold({ type: 'connection', state: 'connected' })
      fold({ type: 'channel', state: 'attaching' })
      fold({ type: 'channel', state: 'attached', resumed: false })
      receive(messages)
    },
    deliver(count, style) {
      if (attachment && connected) receive(attachment.deliver(count, style))
    },
    drop() {
      if (!attachment || !connected) return
      connected = false
      fold({ type: 'connection', state: 'disconnected' })
    },
    resume(overlap, style) {
      if (!attachment || connected) return
      connected = true
      fold({ type: 'connection', state: 'connected' })
      fold({ type: 'channel', state: 'attached', resumed: true })
      receive(attachment.resume(overlap, style))
    },
    ask(id, text, known) {
      fold({ type: 'prompt-sent', key: id, text, clientId, at: now })
      const message = { name: 'prompt', id, clientId }
      const serial = known ?? server.create(text, { role: 'user' }, message)
      const { timestamp = now } = server.latest(serial) ?? {}
      const raw = { ...message, serial, action: 'message.create', data: text, timestamp, extras: { headers: { role: 'user' } } }
      acknowledgements.push(() => fold(normalise(raw, { agent: 'agent', source: 'local' })))
    },
    acknowledge: () => acknowledgements.shift()?.(),
    read() {
      if (!connected) return
      for (const effect of selectEffects(store.getState())) {
        if (effect.type === 'fetchHistory') readAll(true)
        else reads.push({ attempt: attempts, messages: latest([effect.serial]), asked: false })
      }
    },
    peek() {
      if (connected) readAll(false)
    },
    answer() {
      const read = reads.shift()
      if (!read) return
      read.messages.forEach((raw) => fold(wire.read(raw, 'history')))
      // A read from before the present attachment does not cover what was lost since.
      if (read.asked && read.attempt === attempts) fold({ type: 'history', state: 'loaded' })
    },
    tick(milliseconds) {
      now += milliseconds
      fold({ type: 'tick', now })
    },
    recover() {
      if (!attachment) self.attach(0)
      if (!connected) self.resume(0)
      self.deliver(Infinity)
      // Bounded: recovery that needs more rounds than this does not converge.
      for (let round = 0; round < 5 && (reads.length > 0 || selectEffects(store.getState()).length > 0); round++) {
        self.read()
        while (reads.length > 0) self.answer()
      }
    },
  }
  return self
}
