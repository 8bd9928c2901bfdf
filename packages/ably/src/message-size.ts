import type { Message } from 'ably'

/** Bytes of a message as the service counts them: name, client id, extras as JSON, and data. */
export function messageSize({ name = '', extras, data }: Message, clientId = ''): number {
  const text = name + clientId + (extras === undefined ? '' : JSON.stringify(extras)) + (typeof data === 'string' ? data : '')
  return new TextEncoder().encode(text).length
}
