import type { Conversation, ConversationEvent } from '@streamfold/core'
import { emptyConversation, normalise, reduce } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import { selectEffects, sleep } from '@streamfold/core/transport'
import type { Attachment, DeliveryStyle, Fate, Outage, RawMessage, ServerModel } from '@streamfold/testkit'
import { accepted, createAttachment, createFaultyWriter, createServerModel } from '@streamfold/testkit'
import type { FakeClock } from './fake-clock.ts'

/** When the simulated service begins. */
const BEGINNING = 1_700_000_000_000

/** What can go wrong between an agent and its channel. */
interface AgentFaults {
  /** The fates of its operations, in their order; those behind are accepted. */
  readonly fates?: readonly Fate[]
  readonly outages?: readonly Outage[]
  readonly style?: DeliveryStyle
}

/** A message that a client publishes. */
interface Publish {
  readonly name: string
  readonly clientId: string
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly id?: string | undefined
}

/** The testkit's model of a channel, with agents: its readers are the testkit's subscribers. */
export interface ModelledChannel {
  readonly server: ServerModel
  /** The service's time. */
  now(): number
  /** Publishes a message; one id makes one message (P6). @returns its serial */
  publish(message: Publish): string
  /** Calls `deliver` after each change, when the network has carried it. */
  follow(deliver: () => void): void
  /** The channel as one more agent has it. */
  agent(faults?: AgentFaults): AgentChannel & {
    /** It is attached again, and may have missed what was published before. */
    loseContinuity(): void
  }
}

export function modelledChannel(clock: FakeClock): ModelledChannel {
  const now = (): number => BEGINNING + clock.now()
  const ids = new Map<string, string>()
  const followers = new Set<() => void>()
  let isDue = false

  const server = createServerModel({
    now,
    changed() {
      if (isDue) return
      isDue = true
      clock.after(1, () => {
        isDue = false
        for (const deliver of followers) deliver()
      })
    },
  })

  async function answered<T>(value: T): Promise<T> {
    await sleep(clock, 2)
    return value
  }

  return {
    server,
    now,
    follow: (deliver) => void followers.add(deliver),
    publish({ name, clientId, text = '', headers = {}, id }) {
      const known = id === undefined ? undefined : ids.get(id)
      if (known !== undefined) return known
      const serial = server.create(text, headers, { name, clientId, ...(id !== undefined && { id }) })
      if (id !== undefined) ids.set(id, serial)
      return serial
    },
    agent({ fates = [], outages = [], style } = {}) {
      let operations = 0
      const fate = (): Fate => fates[operations++] ?? accepted
      const writer = createFaultyWriter({ clock, model: server, ids, fate, outages })
      const attachments = new Map<(event: ConversationEvent) => void, Attachment>()
      return {
        name: 'ai:model',
        clientId: 'agent',
        writer,
        time: () => answered(now()),
        conversation: () => answered(historyOf(server)),
        versions: (serial) => answered(server.versions(serial).map(read)),
        announce: async () => undefined,
        async subscribe(listener) {
          const attachment = createAttachment(server)
          const deliver = (): void => attachment.deliver(Infinity, style).forEach((raw) => listener(delivered(raw)))
          attachments.set(listener, attachment)
          followers.add(deliver)
          await answered(undefined)
          return () => void (followers.delete(deliver), attachments.delete(listener))
        },
        loseContinuity() {
          for (const [listener, attachment] of attachments) {
            attachment.begin(0)
            listener({ type: 'channel', state: 'attached', resumed: false })
          }
        },
      }
    },
  }
}

/** The conversation as the service's history has it now. */
export function historyOf(server: ServerModel): Conversation {
  let state = server.serials.map((serial) => read(server.latest(serial)!)).reduce(reduce, emptyConversation())
  for (const effect of selectEffects(state)) {
    if (effect.type !== 'fetchVersions') continue
    const { serial, version: upTo } = effect
    state = [...server.versions(serial).map(read), { type: 'versions-read', serial, upTo } as const].reduce(reduce, state)
  }
  return state
}

function read(raw: RawMessage): ConversationEvent {
  return normalise(raw, { agent: 'agent', source: 'history' })
}

function delivered(raw: RawMessage): ConversationEvent {
  return normalise(raw, { agent: 'agent' })
}
