import { Body } from '../message/body.ts'
import type { MessageVersion } from '../message/message-version.ts'
import type { Data } from '../protocol/protocol-message.ts'

/** What a query finds, by column. */
export type Row = Readonly<Record<string, unknown>>

type Meta = Omit<MessageVersion, 'body' | 'length'>

/** The values of a version, `data` being the whole text or an increment. */
export function row(
  channel: string,
  version: MessageVersion,
  data: Data,
): [string, string, string, string, string | Uint8Array | null] {
  const { body: _body, length: _length, ...meta } = version
  return [channel, version.serial, version.version.serial, JSON.stringify(meta), data ?? null]
}

/** A row and the appends that followed it; the last of them says what the message is now. */
export function versionOf(found: Row, chunks: readonly Row[]): MessageVersion {
  const body = new Body(dataIn(found))
  for (const chunk of chunks) body.append(dataIn(chunk))
  return { ...metaOf(chunks.at(-1) ?? found), body, length: body.length }
}

export function metaOf(found: Row): Meta {
  // Only `row` above writes this value.
  return JSON.parse(String(found['meta'])) as Meta
}

export function dataIn(found: Row): Data {
  const data = found['data']
  return typeof data === 'string' || data instanceof Uint8Array ? data : undefined
}

/** SQLite keeps UTF-8: half a surrogate pair only survives together with the other half. */
export function isBroken(data: Data): boolean {
  return typeof data === 'string' && /\p{Surrogate}/u.test(data)
}
