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

/** The client as one proxy in front reports it: the last address of the list. Clients can write the others themselves. */
export function forwardedAddressOf(context: Context): string {
  const reported = context.req.header('x-forwarded-for')?.split(',').at(-1)
  return reported?.trim() ? networkOf(withoutPort(reported)) : addressOf(context)
}

/** Some proxies add the port, which is another one for each connection. */
function withoutPort(reported: string): string {
  const text = reported.trim().replace(/^"(.*)"$/, '$1')
  const [, bracketed, plain] = /^\[([^\]]*)\](?::\d+)?$|^([^:]*)(?::\d+)?$/.exec(text) ?? []
  return bracketed ?? plain ?? text
}

/** A client with one IPv6 address has 2^64 of them, so its network identifies it. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  // Written by the parser of URLs, so that one address has one form; it knows no zones.
  const { hostname } = new URL(`http://[${address.replace(/%.*$/, '')}]`)
  const [head = [], tail = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((groups) => groups.split(':').filter((group) => group !== ''))
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  const groups = [...head, ...zeros, ...tail]
  // Each of these stands for one address of IPv4: all of them together are not one client.
  if (/^(?:0:0:0:0:0:ffff|64:ff9b:0:0:0:0):/.test(groups.join(':'))) return groups.slice(6).flatMap(bytesOf).join('.')
  return `${groups.slice(0, 4).join(':')}::/64`
}

function bytesOf(group: string): readonly number[] {
  const value = Number.parseInt(group, 16)
  return [value >> 8, value & 255]
}
