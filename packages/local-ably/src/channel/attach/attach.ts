import { AblyError } from '../../protocol/ably-error.ts'
import { Action } from '../../protocol/actions.ts'
import { Flag, Mode, namesFromModes } from '../../protocol/flags.ts'
import { Frame } from '../../protocol/frame.ts'
import { channelIn, type InboundFrame } from '../../protocol/protocol-message.ts'
import { isRecord } from '../../shared/record.ts'
import { Attachment } from './attachment.ts'
import type { ChannelClient } from '../channel-client.ts'
import { parseChannelName } from '../channel-name.ts'
import { continuityOf, type Continuity } from './continuity.ts'
import { Deltas } from '../deliver/deltas.ts'
import { removeAttachment } from './detach.ts'
import { grantModes, requestedModes } from './granted-modes.ts'
import { sendSync } from '../presence/presence.ts'
import { replay } from './replay.ts'
import { parseRewind, rewind } from './rewind.ts'
import type { Subscription } from '../deliver/subscription.ts'

const ECHOED_PARAMS = ['rewind', 'rewindLimit', 'delta', 'echo', 'appendMode', 'occupancy']

/** Answers ATTACH: the first of a channel, one that continues after a new connection, or new options on a live one. */
export function attach(connection: ChannelClient, frame: InboundFrame): void {
  const address = parseChannelName(channelIn(frame))
  const asked = { ...address.params, ...textParams(frame['params']) }
  const flags = typeof frame['flags'] === 'number' ? frame['flags'] : 0
  const requested = requestedModes(asked, flags)
  const modes = grantModes(connection.principal.capability, address.resource, requested)
  const rewinding = parseRewind(asked)
  // After the modes are granted: a refused client must not create a channel.
  const channel = connection.host.channel(address.base)
  const continues = (flags & Flag.ATTACH_RESUME) !== 0

  if (lostBase(connection.attachments.get(address.name), frame)) removeAttachment(connection, address.name)
  const live = connection.attachments.get(address.name)
  if (live === undefined) requireRoomForChannel(connection)
  const attachment = live ?? new Attachment(connection, channel, address)
  attachment.requested = requested
  attachment.modes = modes
  attachment.params = echoedParams(asked, modes)
  attachment.deltas = asked['delta'] === 'vcdiff' && attachment.filter === undefined ? new Deltas() : undefined
  if (live !== undefined) {
    live.conflation?.flush()
    sendAttached(live, Flag.RESUMED, channel.serials.head)
    channel.occupancy.attached(live)
    return
  }

  const continuity = continuityOf(connection, channel, frame['channelSerial'])
  connection.attachments.set(address.name, attachment)
  channel.attachments.add(attachment)
  const backlog =
    continuity.kind === 'resumed'
      ? replay(attachment, continuity)
      : continuity.kind === 'initial' && !continues && rewinding !== undefined && attachment.has(Mode.SUBSCRIBE)
        ? rewind(attachment, rewinding)
        : { frames: [], error: undefined }
  const presence = channel.presence.size > 0 && attachment.has(Mode.PRESENCE_SUBSCRIBE)
  sendAttached(
    attachment,
    (continuity.kind === 'resumed' ? Flag.RESUMED : 0) |
      (backlog.frames.length > 0 ? Flag.HAS_BACKLOG : 0) |
      (presence ? Flag.HAS_PRESENCE : 0),
    continuity.kind === 'resumed' ? continuity.from : channel.serials.head,
    errorOf(continuity) ?? backlog.error,
  )
  // After ATTACHED: a client that is still attaching drops messages (P81, RTL17).
  for (const missed of backlog.frames) attachment.send(missed)
  if (presence) sendSync(attachment)
  channel.occupancy.attached(attachment)
}

/**
 * Whether a client attaches again because it could not decode a delta: it names its position, drops the frames in flight,
 * and needs all of them again (P79, RTL18).
 */
function lostBase(live: Attachment | undefined, { channelSerial }: InboundFrame): boolean {
  return live?.deltas !== undefined && typeof channelSerial === 'string' && channelSerial < live.channel.serials.head
}

/** Throws 90010 when the connection is attached to as many channels as it may be. */
function requireRoomForChannel(connection: ChannelClient): void {
  const { channelsPerConnection } = connection.host.options.limits
  if (connection.attachments.size < channelsPerConnection) return
  throw new AblyError(90010, 400, `unable to attach; a connection may be attached to ${channelsPerConnection} channels`)
}

/**
 * Grants the requested modes again under a new token, which may add and remove some (P28, P80). Throws 40160 if none remains.
 */
export function regrant(attachment: Attachment): void {
  const { connection, channel, address, modes: before } = attachment
  attachment.modes = grantModes(connection.principal.capability, address.resource, attachment.requested)
  if (attachment.modes === before) return
  const { params } = attachment
  if (params['modes'] !== undefined) attachment.params = { ...params, modes: namesFromModes(attachment.modes) }
  const presence = attachment.modes & ~before & Mode.PRESENCE_SUBSCRIBE && channel.presence.size > 0
  sendAttached(attachment, Flag.RESUMED | (presence ? Flag.HAS_PRESENCE : 0), channel.serials.head)
  if (presence) sendSync(attachment)
  channel.occupancy.changed()
}

/** Sends the modes and params that an attachment has now. */
export function sendAttached(attachment: Subscription, flags: number, channelSerial: string, error?: AblyError): void {
  attachment.send(
    new Frame({
      action: Action.ATTACHED,
      channel: attachment.address.name,
      channelSerial,
      flags: attachment.modes | flags,
      params: attachment.params,
      error: error?.toWire(),
    }),
  )
}

function errorOf(continuity: Continuity): AblyError | undefined {
  return continuity.kind === 'lost' ? continuity.error : undefined
}

/** The params that the server supports, echoed; `modes` as granted (P80). */
function echoedParams(asked: Readonly<Record<string, string>>, modes: number): Readonly<Record<string, string>> {
  const params: Record<string, string> = {}
  for (const name of ECHOED_PARAMS) if (asked[name] !== undefined) params[name] = asked[name]
  if (asked['modes'] !== undefined) params['modes'] = namesFromModes(modes)
  return params
}

/** Params as text, which JSON clients may also send as what the text stands for. */
function textParams(value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value)) return {}
  const scalars = Object.entries(value).filter(([, param]) => ['string', 'number', 'boolean'].includes(typeof param))
  return Object.fromEntries(scalars.map(([name, param]) => [name, String(param)]))
}
