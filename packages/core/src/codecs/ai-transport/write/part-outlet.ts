import type { Outbound } from '../../../protocol/codec.ts'

export type PartData = NonNullable<Outbound['data']>

/** Headers of AI Transport's codec for the AI SDK. */
export type CodecHeaders = Readonly<Record<string, string>>

/** A message that grows. */
export interface PartStream {
  readonly codec: CodecHeaders
}

/** Where the messages of parts are published. The operations reach the service in the order of the calls. */
export interface PartOutlet {
  /** Publishes a message that comes whole. */
  readonly publish: (codec: CodecHeaders, data: PartData) => void
  readonly begin: (codec: CodecHeaders) => PartStream
  readonly append: (stream: PartStream, text: string) => void
  readonly close: (stream: PartStream, status: 'complete' | 'cancelled', codec?: CodecHeaders) => void
  /** Replaces the data of a stream, which then goes on. */
  readonly replace: (stream: PartStream, data: string) => void
}

/** Fields as headers: those that are given, values that are no text as JSON. */
export function codecHeaders(fields: Readonly<Record<string, unknown>>): CodecHeaders {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
}
