import { requireCapability, stampClientId } from '../../auth/principal.ts'
import { stampUserClaim } from '../../auth/user-claim.ts'
import { parseMessage, type InboundMessage } from '../../message/inbound-message.ts'
import { parsePayload } from '../../message/payload.ts'
import { AblyError } from '../../protocol/ably-error.ts'
import { Action, PresenceAction } from '../../protocol/actions.ts'
import { Mode } from '../../protocol/flags.ts'
import { Frame } from '../../protocol/frame.ts'
import { channelIn, type InboundFrame, type WirePresence } from '../../protocol/protocol-message.ts'
import { randomId } from '../../shared/random-id.ts'
import type { Attachment } from '../attach/attachment.ts'
import type { ChannelClient } from '../channel-client.ts'
import { parseChannelName } from '../channel-name.ts'
import type { Channel } from '../channel.ts'
import { presenceFrame } from '../deliver/frames.ts'
import { requireSize } from '../publish/require-size.ts'

/** Members that one frame may be about. */
const MAX_ITEMS = 1_000

/** Applies a PRESENCE frame: enter, update or leave of one or more members. */
export function receivePresence(connection: ChannelClient, frame: InboundFrame): void {
  const address = parseChannelName(channelIn(frame))
  requireCapability(connection.principal, address.base, 'presence')
  const channel = connection.host.channel(address.base)
  const attachment = connection.attachments.get(address.name)
  if (attachment === undefined) throw new AblyError(91001, 400, 'unable to enter; the channel is not attached')
  if (!attachment.has(Mode.PRESENCE)) throw new AblyError(40165, 401, 'unable to enter; attached without the mode "presence"')
  const list: readonly unknown[] = Array.isArray(frame['presence']) ? frame['presence'] : []
  if (list.length > MAX_ITEMS)
    throw new AblyError(40000, 400, `unable to enter; ${list.length} are more than the ${MAX_ITEMS} of one frame`)
  const inbound = list.map(parseMessage)
  requireSize(
    channel,
    inbound.reduce((total, { size }) => total + size, 0),
  )
  const { channelSerial, timestamp } = channel.serials.next()
  const items = inbound
    .map((item, index) => presenceItem(connection, channel, item, `${frame['msgSerial']}:${index}`, timestamp))
    .filter((item) => item !== undefined)
  announce(channel, channelSerial, items)
}

/** Enters a member that belongs to no connection: a presence fixture of a test application (P97). */
export function enterFixture(
  channel: Channel,
  member: { clientId: string; data?: unknown; encoding?: string | undefined },
): void {
  const { data, encoding } = parsePayload(member.data, member.encoding)
  const { channelSerial, timestamp } = channel.serials.next()
  const connectionId = `fixture${randomId(4)}`
  const id = `${connectionId}:0:0`
  const item = { id, action: PresenceAction.ENTER, clientId: member.clientId, connectionId, data, encoding, timestamp }
  announce(channel, channelSerial, [item])
}

/** Removes every member of a connection: after DETACH, CLOSE or a lost connection (P26). */
export function leaveAll(channel: Channel, connectionId: string): void {
  const members = channel.presence.ofConnection(connectionId)
  if (members.length === 0) return
  const { channelSerial, timestamp } = channel.serials.next()
  announce(
    channel,
    channelSerial,
    // An id of another shape: clients order ids that begin with the connectionId by msgSerial (P83, RTP2b).
    members.map((member) => ({ ...member, action: PresenceAction.LEAVE, id: `leave-${randomId()}:0:0`, timestamp })),
  )
}

/** Sends the whole presence set as a sync of one page. */
export function sendSync(attachment: Attachment): void {
  const presence = attachment.channel.presence.members().map((member) => ({ ...member, action: PresenceAction.PRESENT }))
  attachment.send(new Frame({ action: Action.SYNC, channel: attachment.address.name, presence }))
}

function announce(channel: Channel, channelSerial: string, items: readonly WirePresence[]): void {
  if (items.length === 0) return
  for (const item of items) channel.presence.apply(item, item.action === PresenceAction.LEAVE)
  const publisher = items[0]?.connectionId
  channel.occupancy.changed()
  channel.backlog.add({ kind: 'presence', channelSerial, items, publisher })
  const frame = presenceFrame(channel, channelSerial, items)
  for (const attachment of channel.attachments) {
    // A connection is sent events of its own members in any mode (P83, RTP17a).
    if (attachment.has(Mode.PRESENCE_SUBSCRIBE) || attachment.connection.id === publisher) attachment.send(frame)
  }
}

function presenceItem(
  connection: ChannelClient,
  channel: Channel,
  item: InboundMessage,
  position: string,
  timestamp: number,
): WirePresence | undefined {
  const clientId = stampClientId(connection.clientId, item.clientId)
  if (clientId === undefined || clientId === '*') throw new AblyError(91000, 400, 'unable to enter; there is no clientId')
  const existing = channel.presence.get(clientId, connection.id)
  const leaves = item.action === PresenceAction.LEAVE
  if (leaves && existing === undefined) return undefined
  // A client that re-attached enters again with the same id: the presence set is unchanged.
  if (existing !== undefined && item.id === existing.id) return undefined
  const { presenceMembers } = channel.host.options.limits
  if (existing === undefined && channel.presence.size >= presenceMembers) {
    throw new AblyError(91003, 400, `unable to enter; the channel has ${presenceMembers} members`)
  }
  // An update of a member that is not present enters it (P84, RTP9).
  const updates = item.action === PresenceAction.UPDATE && existing !== undefined
  const keepData = leaves && item.data === undefined
  return {
    id: `${connection.id}:${position}`,
    action: leaves ? PresenceAction.LEAVE : updates ? PresenceAction.UPDATE : PresenceAction.ENTER,
    clientId,
    connectionId: connection.id,
    data: keepData ? existing?.data : item.data,
    encoding: keepData ? existing?.encoding : item.encoding,
    extras: stampUserClaim(connection.principal.userClaims, channel.name, item.extras),
    timestamp,
  }
}
