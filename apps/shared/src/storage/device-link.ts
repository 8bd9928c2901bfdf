import { addressOf } from './conversation-id.ts'
import { personalAddress } from './person.ts'

/** How another device of the same person opens a conversation. */
export interface DeviceLink {
  readonly address: string
  /** Why no other device reaches this address; empty if it may. */
  readonly unreachable: string
}

export function deviceLink(conversation: string): DeviceLink {
  const { origin, hostname } = location
  const local = hostname === 'localhost' || hostname.endsWith('.localhost') || /^(?:127\.|\[::1\])/.test(hostname)
  return {
    address: personalAddress(`${origin}${addressOf(conversation)}`),
    unreachable: local
      ? 'Another device cannot reach this address. Start the apps with DEV_HOST=0.0.0.0, and open this page under the address of your machine.'
      : '',
  }
}

/** A QR code as the path of an SVG image, with one unit for each module. */
export interface QrCode {
  /** Width and height, with the quiet zone. */
  readonly size: number
  readonly path: string
}

/** Draws a QR code. Its library is loaded for the first one. */
export async function drawQr(text: string): Promise<QrCode> {
  const { encodeQR } = await import('qr')
  const modules = encodeQR(text, 'raw', { ecc: 'low', border: 4 })
  const dark = modules.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])))
  return { size: modules.length, path: dark.join('') }
}
