import type { ChannelStateChange, InboundMessage, RealtimeChannel } from 'ably'
import type { ConversationEvent, NormaliseOptions, Permissions } from '@streamfold/core'
import type { Codec } from '@streamfold/core/codec'
import type { AgentChannel } from '@streamfold/core/transport'
import { selectEffects } from '@streamfold/core/transport'
import { emptyConversation, normalise, reduce } from '@streamfold/core'
import { ConversationError, isAgent, readingOf, snapshots } from '@streamfold/client'
import { clientIdOf, timeOf } from '../transport/channel-internals.ts'
import { checkChannel } from '../transport/check-channel.ts'
import { channelEvent } from '../transport/follow-channel.ts'
import { createResponseWriter } from '../writer/response-writer.ts'
import { announceWork } from './announce-work.ts'
import { createNames } from './names.ts'
import { readBack } from './read-back.ts'

export interface AgentChannelOptions {
  /** The client id of the agent. */
  readonly clientId: string
  /**
   * Which client ids are agents. Default: this `clientId`; if it is `agent` or starts with `agent:`, also every other such id. A message's
   * headers never make its author an agent here, because a user could then answer in the agent's place.
   */
  readonly agent?: NormaliseOptions['agent']
  /** Who may answer, cancel, steer and edit. Pages need the same. Default: the author of the prompt, and the agents. */
  readonly permissions?: Permissions | undefined
  /** The channel's format, if it is not Streamfold's own: `aiTransportAgent`, or another codec with `respond`. */
  readonly codec?: Codec | undefined
  /**
   * The most messages of history that `conversation()` folds and that a model receives. An older prompt is not found. Every message on the
   * channel counts, also cancels; a codec may use several messages for one answer. Default 200.
   */
  readonly history?: number
}

/** Creates the agent's side of a channel, for `serveAgent`. */
export function createAgentChannel(channel: RealtimeChannel, options: AgentChannelOptions): AgentChannel {
  checkChannel(channel)
  const { clientId, permissions } = options
  if (typeof clientId !== 'string' || clientId === '')
    throw wrongClientId('it has no client id: give the one that its client has')
  const history = Math.max(1, options.history ?? 200)
  const agent = options.agent ?? (isAgent(clientId, undefined) ? isNamedAgent : clientId)
  const reading = { ...readingOf({ agent, text: undefined, codec: options.codec }), permissions }
  const names = options.codec && createNames()
  const onPublished = names && ((message: unknown) => void names.note(normalise(message, reading)))

  /** The position up to which messages arrived before the channel failed or was detached; undefined if none were missed. */
  let missedSince: string | undefined

  async function versions(serial: string): Promise<readonly ConversationEvent[]> {
    const events: ConversationEvent[] = []
    let page = await channel.getMessageVersions(serial)
    for (;;) {
      events.push(...snapshots(page, reading))
      const next = page.hasNext() ? await page.next() : null
      if (!next) return events
      page = next
    }
  }

  return {
    name: channel.name,
    clientId,
    historyLimit: history,
    permissions,
    canWait: options.codec === undefined,
    time: () => timeOf(channel),
    writer: createResponseWriter(channel, { clientId, codec: options.codec, read: names?.read, onPublished }),
    async conversation(downTo) {
      let state = emptyConversation()
      const hasOlder = await readBack(channel, { count: history, downTo }, (page) => {
        for (const event of snapshots(page, reading)) state = reduce(state, names ? names.note(event) : event)
      })
      for (const effect of selectEffects(state)) {
        if (effect.type !== 'fetchVersions') continue
        for (const event of await versions(effect.serial)) state = reduce(state, names ? names.note(event) : event)
        state = reduce(state, { type: 'versions-read', serial: effect.serial, upTo: effect.version })
      }
      return reduce(state, { type: 'history', state: 'older', hasOlder })
    },
    versions,
    ...(names && { written: names.written }),
    async subscribe(listener: (event: ConversationEvent) => void) {
      // A program that only reads the conversation need not be the agent.
      checkIdentity(channel, clientId)
      let heardTo = ''
      let attached = false
      const onMessage = (message: InboundMessage) => {
        heardTo = later(heardTo, versionOf(message))
        const event = normalise(message, reading)
        listener(names ? names.note(event) : event)
      }
      const onChannel = ({ current, reason, resumed }: ChannelStateChange) => {
        const event = channelEvent(current, reason, resumed)
        if (attached && (event?.state === 'failed' || event?.state === 'detached')) missedSince ??= heardTo
        if (event) listener(event)
        if (attached && current === 'attached' && !resumed) void catchUp(heardTo)
      }
      // Rewind applies to a first attachment only; a cancel or a delete in a later gap would be lost.
      async function catchUp(since: string) {
        const { items } = await channel.history({ limit: Math.min(history, 1_000) }).catch(() => ({ items: [] })) // The state stays as it was until the next attachment.
        if (!attached) return
        for (const message of items.toReversed()) if (versionOf(message) > since) onMessage(message)
      }
      const stop = () => {
        attached = false
        channel.unsubscribe(onMessage)
        channel.off(onChannel)
      }
      channel.on(onChannel)
      try {
        // Leaves the state `failed`, in which subscribing throws; nothing is delivered before the channel is attached.
        const attaching = channel.attach()
        await Promise.all([channel.subscribe(onMessage), attaching])
        attached = true
        // A client with a token has its identity only now.
        checkIdentity(channel, clientId)
        if (missedSince !== undefined) void catchUp(missedSince)
        missedSince = undefined
      } catch (error) {
        stop()
        throw error
      }
      return stop
    },
    announce: announceWork(channel, clientId),
  }
}

function isNamedAgent(clientId: string | undefined): boolean {
  return clientId !== undefined && isAgent(clientId, undefined)
}

function versionOf({ version, serial }: InboundMessage): string {
  return version.serial ?? serial ?? ''
}

function later(one: string, other: string): string {
  return one > other ? one : other
}

/** The service stamps the client's own identity, whatever id was configured here. @throws ConversationError `wrong-client-id` */
function checkIdentity(channel: RealtimeChannel, clientId: string): void {
  const own = clientIdOf(channel)
  if (own === undefined || own === clientId) return
  throw wrongClientId(
    `its client is "${own}", and would write under that name instead of "${clientId}": give both the same client id`,
  )
}

function wrongClientId(reason: string): ConversationError {
  return new ConversationError('wrong-client-id', `unable to serve the agent; ${reason}`)
}
