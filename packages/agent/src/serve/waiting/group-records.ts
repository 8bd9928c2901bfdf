import type { MessageRecord } from '@streamfold/core'
import { escapeBody, readFrames } from '@streamfold/core/codec'

/** A response that is a group of messages, as a codec reads it. */
export interface GroupRecords {
  /** Its first message, with the frames of all that count. */
  readonly joined: MessageRecord
  /** Calls that some attempt at it was about to execute, with the run that was. */
  readonly ran: ReadonlyMap<string, string>
}

/**
 * The messages of a response that a codec reads from a group; undefined for any other, and for one that is longer than a message.
 *
 * @param records those of the conversation
 */
export function groupRecords(records: readonly MessageRecord[], first: MessageRecord): GroupRecords | undefined {
  const { role, placement } = first
  if (role !== 'assistant' || placement?.group === undefined) return undefined
  const all = records.filter((each) => each.role === role && each.placement?.group === placement.group)
  if (all.some((each) => each.placement?.continues !== undefined)) return undefined
  const attempts = new Map<string | undefined, string>()
  for (const { placement: { step, attempt = '' } = {} } of all)
    if (attempt > (attempts.get(step) ?? '')) attempts.set(step, attempt)
  const texts = all.filter(({ placement: of }) => of?.mark !== true)
  const counting = texts.filter(
    ({ placement: { step, attempt } = {} }) => step === undefined || attempt === undefined || attempts.get(step) === attempt,
  )
  const text = counting.map((each) => (each.format === undefined ? escapeBody(each.text) : each.text)).join('')
  // Another agent may have begun an attempt of its own behind the one that was about to execute a call. Readers do not show that one any more.
  const ran = new Map(texts.filter(({ format }) => format !== undefined).flatMap((each) => runsIn(each.text)))
  return { joined: { ...first, text, format: 'parts/1' }, ran }
}

function runsIn(text: string): readonly (readonly [string, string])[] {
  const { settled, last } = readFrames(text)
  return [...settled, last].flatMap(({ head }) =>
    head?.['type'] === 'run' && typeof head['id'] === 'string' ? [[head['id'], String(head['epoch'])] as const] : [],
  )
}
