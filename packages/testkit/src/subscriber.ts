import type {
  ChannelChanged,
  ConnectionChanged,
  Conversation,
  ConversationEvent,
  ConversationOptions,
  HistoryRead,
  PromptFile,
  PromptSent,
  Store,
  VersionsRead,
} from '@streamfold/core'
import { createStore, emptyConversation, normalise } from '@streamfold/core'
import { promptContents, promptHeaders } from '@streamfold/core/codec'
import { selectEffects } from '@streamfold/core/transport'
import type { Attachment, DeliveryStyle } from './attachment.ts'
import { createAttachment } from './attachment.ts'
import type { RawMessage, ServerModel } from './server-model.ts'

/** One fold with the states before and after it, for laws. */
export interface Step {
  readonly event: ConversationEvent
  readonly before: Conversation
  readonly after: Conversation
}

/** A client of the simulated channel: folds its deliveries and performs the core's effects. */
export interface Subscriber {
  /** The store of a user interface, which notifies at once. */
  readonly store: Store
  readonly steps: readonly Step[]
  state(): Conversation
  attach(rewind: number): void
  deliver(count: number, style?: DeliveryStyle): void
  drop(): void
  /** Reconnects with continuity. */
  resume(overlap: number, style?: DeliveryStyle): void
  /** Shows a prompt and publishes it. @param known serial of the message that the service has under this id, if any */
  ask(id: string, text: string, files: readonly PromptFile[], known?: string, names?: PromptNames): void
  /** The channel is suspended, detached or failed: only a new attachment goes on. */
  lose(event: ChannelChanged): void
  /** The connection ends. Where it may still come back in time, `resume` goes on. */
  disconnect(event: ConnectionChanged): void
  /** The oldest publish that is not acknowledged is. */
  acknowledge(): void
  /** The oldest publish that is not acknowledged fails, as far as this client knows. */
  reject(): void
  /** Begins to perform the effects now due: what they will answer is what the server holds at this moment. */
  read(): void
  /** Starts to read the full history without an effect, as an application may at any moment. */
  peek(): void
  /** Begins to read the page of history before the oldest page read, as a reader asks for. */
  older(): void
  /** The oldest read under way answers. */
  answer(): void
  /** The oldest read under way fails. */
  fail(): void
  /** @param awoke whether the machine slept until now. Default false. */
  tick(milliseconds: number, awoke?: boolean): void
  dispatch(event: ConversationEvent): void
  /** Delivers everything owed and reads everything requested, until no effect is left. */
  recover(): void
}

/** What a prompt follows, edits, or asks again for. */
export type PromptNames = Pick<PromptSent, 'parent' | 'edits' | 'again'>

interface Read {
  readonly attempt: number
  readonly messages: readonly RawMessage[]
  /** The event after the read: the result of `fetchHistory`, or of a page that a reader requested. */
  readonly end?: HistoryRead['state']
  /** The oldest message of it that has others behind it. */
  readonly oldest?: string | undefined
  /** Of a page: the one that it lies before. */
  readonly before?: string
  /** Of the versions of a message: the event after them. */
  readonly versions?: VersionsRead
}

/** Messages in a page of history. */
const PAGE = 4

/** How what is delivered becomes events. */
export interface SubscriberWire {
  /** @param source absent for what is delivered on the attachment; `local` for what this client has published */
  readonly read: (raw: RawMessage, source?: 'history' | 'local') => ConversationEvent
}

const ours: SubscriberWire = { read: (raw, source) => normalise(raw, { agent: 'agent', ...(source && { source }) }) }

/** @param wire Default: Streamfold's format @param clientId the author of its prompts */
export function createSubscriber(
  server: ServerModel,
  options: Partial<ConversationOptions> = {},
  wire: SubscriberWire = ours,
  clientId = 'user',
): Subscriber {
  const publishes: { readonly id: string; readonly acknowledge: () => void }[] = []
  const steps: Step[] = []
  const reads: Read[] = []
  const store = createStore({ initial: emptyConversation(options) })
  let attachment: Attachment | undefined
  let connected = true
  /** The oldest message read that has others behind it. */
  let oldest: string | undefined
  let attempts = 0
  let now = 1_700_000_000_000

  function fold(event: ConversationEvent): void {
    const before = store.getState()
    store.dispatch(event)
    steps.push({ event, before, after: store.getState() })
  }
  const receive = (messages: readonly RawMessage[]) => messages.forEach((raw) => fold(wire.read(raw)))

  const latest = (serials: readonly string[]) => serials.map((serial) => server.latest(serial)).filter((raw) => raw !== undefined)

  /** Whole pages, newest first, and at least one; down to a serial where one is given. */
  function page(serials: readonly string[], downTo: string | undefined): Pick<Read, 'attempt' | 'messages' | 'oldest'> {
    const all = serials.toReversed()
    const wanted = downTo === undefined ? PAGE : all.filter((serial) => serial >= downTo).length
    const count = Math.max(PAGE, Math.ceil(wanted / PAGE) * PAGE)
    const messages = latest(all.slice(0, count))
    return { attempt: attempts, messages, oldest: count < all.length ? messages.at(-1)?.serial : undefined }
  }

  function settle(): void {
    // Bounded: recovery that needs more rounds than this does not converge.
    for (let round = 0; round < 5 && (reads.length > 0 || selectEffects(store.getState()).length > 0); round++) {
      self.read()
      while (reads.length > 0) self.answer()
    }
  }

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
    lose(event) {
      attachment = undefined
      fold(event)
    },
    disconnect(event) {
      connected = false
      // After these the service has forgotten where the stream was.
      if (event.state === 'suspended' || event.state === 'closed' || event.state === 'failed') attachment = undefined
      fold(event)
    },
    resume(overlap, style) {
      if (!attachment || connected) return
      connected = true
      fold({ type: 'connection', state: 'connected' })
      fold({ type: 'channel', state: 'attached', resumed: true })
      receive(attachment.resume(overlap, style))
    },
    ask(id, text, files, known, names = {}) {
      fold({ type: 'prompt-sent', key: id, text, ...(files.length > 0 && { files }), ...names, clientId, at: now })
      const message = { name: 'prompt', id, clientId }
      const { data, headers } = promptContents(text, files)
      const extras = { headers: promptHeaders({ headers, ...names }) }
      const serial = known ?? server.create(data, extras.headers, message)
      const { timestamp = now } = server.latest(serial) ?? {}
      const version = { serial, timestamp }
      const raw: RawMessage = { ...message, serial, action: 'message.create', data, timestamp, version, extras }
      publishes.push({ id, acknowledge: () => fold(wire.read(raw, 'local')) })
    },
    acknowledge: () => publishes.shift()?.acknowledge(),
    reject() {
      const publish = publishes.shift()
      if (publish) fold({ type: 'prompt-failed', key: publish.id, error: 'not sent' })
    },
    read() {
      if (!connected) return
      for (const effect of selectEffects(store.getState())) {
        if (effect.type === 'fetchHistory') reads.push({ ...page(server.serials, effect.downTo), end: 'loaded' })
        else if (effect.type === 'fetchVersions') {
          const { serial, version: upTo } = effect
          reads.push({ attempt: attempts, messages: server.versions(serial), versions: { type: 'versions-read', serial, upTo } })
        } else reads.push({ attempt: attempts, messages: latest([effect.serial]) })
      }
    },
    peek() {
      if (connected) reads.push({ attempt: attempts, messages: latest(server.serials.toReversed()) })
    },
    older() {
      const before = oldest
      if (!connected || before === undefined) return
      reads.push({
        ...page(
          server.serials.filter((serial) => serial < before),
          undefined,
        ),
        end: 'older',
        before,
      })
    },
    answer() {
      const read = reads.shift()
      if (!read) return
      read.messages.forEach((raw) => fold(wire.read(raw, 'history')))
      if (read.versions) fold(read.versions)
      // A read from before the present attachment does not cover what was lost since, and a page is of the read that it belongs to.
      const covers = read.end === 'older' ? read.before === oldest : read.attempt === attempts
      if (!read.end || !covers) return
      oldest = read.oldest
      fold({ type: 'history', state: read.end, hasOlder: oldest !== undefined })
    },
    fail() {
      const read = reads.shift()
      if (read?.end === 'loaded' && read.attempt === attempts) fold({ type: 'history', state: 'failed', error: 'not read' })
    },
    tick(milliseconds, awoke = false) {
      now += milliseconds
      fold({ type: 'tick', now, ...(awoke && { awoke }) })
    },
    recover() {
      if (!attachment) self.attach(0)
      if (!connected) self.resume(0)
      self.deliver(Infinity)
      settle()
      // Each page begins before the last one, so this ends.
      for (let before = oldest; before !== undefined; before = oldest) {
        self.older()
        settle()
      }
    },
  }
  return self
}
