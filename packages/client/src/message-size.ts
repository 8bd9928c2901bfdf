import type { Outbound } from '@streamfold/core/codec'

/** Bytes of a message as the service counts them: name, client id, extras as JSON, and data. */
export function messageSize({ name, extras, data = '' }: Outbound, clientId = ''): number {
  const text = name + clientId + JSON.stringify(extras) + data
  return new TextEncoder().encode(text).length
}

/** Says that a message is too large. Sizes in bytes. */
export function sizesOf(size: number, limit: number): string {
  return `it is ${Math.ceil(size / 1024)} kB and the limit is ${Math.floor(limit / 1024)} kB`
}
