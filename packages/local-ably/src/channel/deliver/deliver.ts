import { joined } from '../../message/joined.ts'
import { type MessageVersion, toWire, wireMessage } from '../../message/message-version.ts'
import { MessageAction } from '../../protocol/actions.ts'
import { Mode } from '../../protocol/flags.ts'
import type { Frame } from '../../protocol/frame.ts'
import type { Data, WireAnnotation } from '../../protocol/protocol-message.ts'
import { AppendConflation } from './append-conflation.ts'
import type { Channel } from '../channel.ts'
import { annotationFrame, fullFrame, messageFrame, summaryFrame } from './frames.ts'
import type { Subscription } from './subscription.ts'

/** Sends creates, updates or deletes to every subscriber; `publisher` is the connection they came from. */
export function deliverMessages(
  channel: Channel,
  channelSerial: string,
  versions: readonly MessageVersion[],
  publisher: string | undefined,
): void {
  channel.host.webhooks.offer(channel.name, channelSerial, () => versions.map(toWire))
  const frame = messageFrame(channel, channelSerial, versions.map(toWire))
  for (const attachment of channel.attachments) {
    const heard = attachment.hears(publisher)
    if (heard) attachment.conflation?.flush()
    const { filter } = attachment
    const wanted = !heard ? [] : filter === undefined ? versions : versions.filter(filter)
    if (wanted.length < versions.length) for (const version of versions) attachment.sent.delete(version.serial)
    if (wanted.length === 0) continue
    for (const version of wanted) attachment.sent.add(version.serial)
    attachment.send(wanted.length === versions.length ? frame : messageFrame(channel, channelSerial, wanted.map(toWire)))
  }
}

/** Sends raw annotations to the attachments with the mode ANNOTATION_SUBSCRIBE. */
export function deliverAnnotations(channel: Channel, channelSerial: string, annotations: readonly WireAnnotation[]): void {
  const frame = annotationFrame(channel, channelSerial, annotations)
  for (const attachment of channel.attachments) if (attachment.has(Mode.ANNOTATION_SUBSCRIBE)) attachment.send(frame)
}

/** Sends what the annotations of a message add up to, to every subscriber. */
export function deliverSummary(channel: Channel, channelSerial: string, version: MessageVersion): void {
  const frame = summaryFrame(channel, channelSerial, version)
  for (const attachment of channel.attachments) {
    if (attachment.has(Mode.SUBSCRIBE) && attachment.filter?.(version) !== false) attachment.send(frame)
  }
}

/**
 * Sends an append (P12): the increment to attachments that have been sent the message, a full update to the others. Each of
 * the two frames is made at most once.
 */
export function deliverAppend(
  channel: Channel,
  channelSerial: string,
  version: MessageVersion,
  increment: Data,
  publisher: string | undefined,
): void {
  const { faults, webhooks } = channel.host
  webhooks.offer(channel.name, channelSerial, () => [wireMessage(version, MessageAction.APPEND, increment)])
  let incremental: Frame | undefined
  let full: Frame | undefined
  for (const attachment of channel.attachments) {
    if (!attachment.hears(publisher) || attachment.filter?.(version) === false) {
      attachment.sent.delete(version.serial)
      continue
    }
    const conflate = conflationOf(channel, attachment, version.serial)
    if (
      conflate === undefined &&
      knows(attachment, version.serial) &&
      !faults.deliversInFull(attachment.connection, channel.name, version.serial)
    ) {
      const spoilt = faults.spoils(attachment.connection, channel.name, version.serial)
      if (spoilt === 'lost') continue
      const data = spoilt === 'repeated' ? joined([increment, increment]) : increment
      const made = spoilt ? undefined : incremental
      const frame = made ?? messageFrame(channel, channelSerial, [wireMessage(version, MessageAction.APPEND, data)])
      if (!spoilt) incremental = frame
      attachment.send(frame)
    } else if (conflate !== undefined && conflate.append(version, increment, knows(attachment, version.serial))) {
      continue
    } else {
      full ??= fullFrame(channel, channelSerial, version)
      attachment.sent.add(version.serial)
      attachment.send(full)
    }
  }
}

function knows(attachment: Subscription, serial: string): boolean {
  return attachment.sent.has(serial) && !attachment.fullAppends
}

/** The conflation that a fault sets for one subscriber's appends; undefined without such a fault. */
function conflationOf(channel: Channel, attachment: Subscription, serial: string): AppendConflation | undefined {
  const { faults, options } = channel.host
  const held = attachment.conflation
  if (held === undefined && !faults.conflates) return undefined
  const conflation = faults.conflation(attachment.connection, channel.name, serial)
  if (conflation === held?.conflation) return held
  // Appends that the former conflation held are sent first.
  held?.flush()
  attachment.conflation =
    conflation && new AppendConflation(channel, conflation, options.clock, (frame) => attachment.send(frame))
  return attachment.conflation
}
