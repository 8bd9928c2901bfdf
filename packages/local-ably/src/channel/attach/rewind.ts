import type { MessageVersion } from '../../message/message-version.ts'
import { toWire } from '../../message/message-version.ts'
import { AblyError } from '../../protocol/ably-error.ts'
import type { Attachment } from './attachment.ts'
import { messageFrame } from '../deliver/frames.ts'
import type { Replayed } from './replay.ts'

const MAX_REWIND = 100

export type Rewind =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'time'; readonly ms: number; readonly limit: number }

export function parseRewind(params: Readonly<Record<string, string>>): Rewind | undefined {
  const text = params['rewind']
  if (text === undefined) return undefined
  const parts = /^(\d+)([sm]?)$/.exec(text)
  const amount = Number(parts?.[1])
  if (parts === null || amount < 1) {
    throw new AblyError(40000, 400, `unable to attach; rewind "${text}" is neither a count nor a time such as 10s or 2m`)
  }
  if (parts[2] === '') return { kind: 'count', count: amount }
  return { kind: 'time', ms: amount * (parts[2] === 'm' ? 60_000 : 1000), limit: parseLimit(params['rewindLimit']) }
}

/** The newest messages, oldest first, each once and in its latest version (P22, P25). */
export function rewind(attachment: Attachment, wanted: Rewind): Replayed {
  const { channel } = attachment
  const { store, options } = channel.host
  const limit = wanted.kind === 'count' ? wanted.count : wanted.limit
  const start = Math.max(wanted.kind === 'time' ? options.clock.now() - wanted.ms : 0, channel.keptSince)
  const found = store.page(channel.name, { direction: 'backwards', limit: Math.min(limit, MAX_REWIND), start })
  const passing = attachment.filter === undefined ? found : found.filter(attachment.filter)
  const frames = passing.toReversed().map((version: MessageVersion) => {
    attachment.sent.add(version.serial)
    // The head, not the message's own serial: the client would otherwise resume from the past.
    return messageFrame(channel, channel.serials.head, [toWire(version)])
  })
  const error = limit > MAX_REWIND ? new AblyError(90004, 404, `unable to rewind further than ${MAX_REWIND} messages`) : undefined
  return { frames, error }
}

function parseLimit(text: string | undefined): number {
  if (text === undefined) return MAX_REWIND
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1)
    throw new AblyError(40000, 400, `unable to attach; rewindLimit "${text}" is not a count`)
  return limit
}
