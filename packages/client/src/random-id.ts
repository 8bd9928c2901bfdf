/** Unique, and random also on pages without a secure context, where `crypto.randomUUID` is missing. 32 letters and digits. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
