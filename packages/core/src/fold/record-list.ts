import type { MessageTypes, MessageTypesOf } from '../protocol/message-types.ts'
import type { MessageRecord } from './record.ts'
import { carryKeys, holdersOf } from './key-index.ts'
import { memo } from '../shared/memo.ts'

/**
 * Records by serial, in the order of their serials. `recent` holds the few that changed last, each over its older version in `base`:
 * an append copies the few, not ten thousand.
 */
export interface Records<T extends MessageTypesOf<T> = MessageTypes> {
  readonly base: readonly MessageRecord<T>[]
  readonly recent: readonly MessageRecord<T>[]
}

const RECENT = 32

export const noRecords: Records = recordsOf([])

/** @param base in the order of their serials. */
export function recordsOf(base: readonly MessageRecord[], recent: readonly MessageRecord[] = []): Records {
  return { base, recent }
}

/** The record with a serial. */
export function find({ base, recent }: Records, serial: string): MessageRecord | undefined {
  const at = recentIndex(recent, serial)
  if (at >= 0) return recent[at]
  const index = indexOf(base, serial)
  return base[index]?.id === serial ? base[index] : undefined
}

/** The index of a serial in `recent`; -1 if it is not there. */
export function recentIndex(recent: readonly MessageRecord[], serial: string): number {
  // From the end, because the newest response is the most likely to grow.
  for (let i = recent.length - 1; i >= 0; i--) if (recent[i]!.id === serial) return i
  return -1
}

/** Replaces the recent record at `at`. */
export function putRecent({ base, recent }: Records, at: number, record: MessageRecord): Records {
  if (recent.length === 1) return recordsOf(base, [record])
  const next = recent.slice()
  next[at] = record
  return recordsOf(base, next)
}

/** The records without one. */
export function remove({ base, recent }: Records, serial: string): Records {
  const isOther = ({ id }: MessageRecord): boolean => id !== serial
  return recordsOf(base.filter(isOther), recent.filter(isOther))
}

/** Replaces the record with the same serial, or adds the record. */
export function put(records: Records, record: MessageRecord): Records {
  const at = recentIndex(records.recent, record.id)
  if (at >= 0) return putRecent(records, at, record)
  const recent = [...records.recent, record]
  if (recent.length <= RECENT) return recordsOf(records.base, recent)
  const base = mergeById(records.base, recent)
  carryKeys(records.base, recent, base)
  return recordsOf(base)
}

const overlaid = memo((records: Records) => mergeById(records.base, records.recent))

/** All records in order; the same array for the same `Records`. */
export function list(records: Records): readonly MessageRecord[] {
  return records.recent.length === 0 ? records.base : overlaid(records)
}

/** The records with a key: one, or those of a named group. */
function findByKey(records: Records, key: string): readonly MessageRecord[] {
  const { base, recent } = records
  const serials = new Set([key, ...holdersOf(base, key), ...recent.map(({ id }) => id)])
  return [...serials]
    .map((serial) => find(records, serial))
    .filter((record): record is MessageRecord => record !== undefined && record.key === key)
}

/** Whether another record than the one with `serial` has the key. */
export function hasKey(records: Records, key: string, serial: string): boolean {
  return findByKey(records, key).some(({ id }) => id !== serial)
}

/** Applies `change` to every record; the same value when none changed. */
export function mapRecords(records: Records, change: (record: MessageRecord) => MessageRecord): Records {
  let changed = false
  const base = list(records).map((record) => {
    const next = change(record)
    changed ||= next !== record
    return next
  })
  if (!changed) return records
  carryKeys(records.base, records.recent, base)
  return recordsOf(base)
}

/** A sorted list with other items inserted, or in place of those with the same id. */
export function mergeById<Item extends { readonly id: string }>(
  sorted: readonly Item[],
  others: readonly Item[],
): readonly Item[] {
  const all = sorted.slice()
  for (const item of others) {
    const index = indexOf(all, item.id)
    if (all[index]?.id === item.id) all[index] = item
    else if (index === all.length) all.push(item)
    else all.splice(index, 0, item)
  }
  return all
}

/** The index of the first record whose serial is not less than `serial`. */
function indexOf(sorted: readonly { readonly id: string }[], serial: string): number {
  let low = 0
  let high = sorted.length
  if (high > 0 && sorted[high - 1]!.id < serial) return high
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]!.id < serial) low = middle + 1
    else high = middle
  }
  return low
}
