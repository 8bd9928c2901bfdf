import type { Fields, Placement } from '../protocol/fields.ts'
import { placed, readFields } from '../protocol/fields.ts'
import type { Phase } from '../protocol/message.ts'
import type { Headers } from '../protocol/message-types.ts'
import type { JsonObject } from '../shared/json.ts'
import { isObject } from '../shared/json.ts'

/** An event of a log before version 3, with its headers parsed into fields. The input is an unchecked object of a file. */
export function upgradeEvent({ of, ...event }: JsonObject): JsonObject {
  const { headers } = event
  return {
    ...event,
    ...('version' in event && areHeaders(headers) && { fields: fieldsOf(headers) }),
    ...(of !== undefined && { activityOf: of }),
  }
}

/** A conversation in version 1, in the form of version 2; any other value is returned unchanged. */
export function upgradeJson(value: unknown): unknown {
  if (!isObject(value) || value['version'] !== 1) return value
  const { messages, pending, rest, ...json } = value
  const records = upgradeList(messages)
  const grouped = Array.isArray(records) && records.some((record) => isObject(record) && record['placement'] !== undefined)
  return {
    ...json,
    version: 2,
    records,
    pending: upgradeList(pending),
    rest: isObject(rest) ? { ...rest, grouped } : rest,
  }
}

function upgradeList(value: unknown): unknown {
  return Array.isArray(value) ? value.map((each: unknown) => (isObject(each) ? upgradeRecord(each) : each)) : value
}

function upgradeRecord({ live, heardAt, marked, ...message }: JsonObject): JsonObject {
  const { headers } = message
  const { phase, placement, into } = fieldsOf(areHeaders(headers) ? headers : {})
  const declaredPhase: Phase | undefined = phase ?? (marked === true ? 'streaming' : undefined)
  return { ...message, into, placement, declaredPhase, deliveredVersion: live, lastActivityAt: heardAt }
}

function areHeaders(value: unknown): value is Headers {
  return isObject(value) && Object.values(value).every((text) => typeof text === 'string')
}

/** Older versions kept the placement of AI Transport's messages in headers of their own. */
function fieldsOf(headers: Headers): Fields {
  const fields = readFields(headers)
  const { 'part-of': group, part, step, attempt, steers } = headers
  if (group === undefined) return fields
  const given: Partial<Placement> = { continues: fields.placement?.continues, group, mark: part === 'mark', step, attempt }
  return { ...fields, into: steers, placement: placed(given) }
}
