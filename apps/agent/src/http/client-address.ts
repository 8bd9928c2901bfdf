import { isIPv6 } from 'node:net'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

/** The client as the address that it connects from. */
export function addressOf(context: Context): string {
  try {
    return networkOf(getConnInfo(context).remote.address ?? 'unknown')
  } catch {
    return 'unknown' // Not over a socket, as in tests.
  }
}

/** The client as one proxy in front reports it: the last address of the list, the others anybody may have written. */
export function forwardedAddressOf(context: Context): string {
  const reported = context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim()
  return reported ? networkOf(reported) : addressOf(context)
}

/** Whoever has one address of IPv6 has the 2^64 beside it: the network stands for them all. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address
  const [head = [], tail] = address.split('::').map((groups) => groups.split(':').filter((group) => group !== ''))
  const zeros = tail ? Array.from({ length: 8 - head.length - tail.length }, () => '0') : []
  const network = [...head, ...zeros, ...(tail ?? [])].slice(0, 4)
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
