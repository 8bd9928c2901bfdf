import type { Outbound } from '@streamfold/core/codec'

/** Bytes of a message as the service counts them: name, client id, extras as JSON, and data. */
export function messageSize({ name, extras, data = '' }: Outbound, clientId = ''): number {
  const text = name + clientId + JSON.stringify(extras) + data
  return new TextEncoder().encode(text).length
}
