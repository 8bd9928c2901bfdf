import { expect, test } from 'vitest'
import { Hono } from 'hono'
import { forwardedAddressOf, networkOf } from '../src/http/client-address.ts'

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::ffff:cb00:7107', '203.0.113.7'],
  ['0:0:0:0:0:ffff:cb00:7107', '203.0.113.7'],
  // Addresses of IPv4 behind a translator: each is a client of its own.
  ['64:ff9b::203.0.113.7', '203.0.113.7'],
  ['64:ff9b::cb00:7107', '203.0.113.7'],
  ['2001:db8::203.0.113.7', '2001:db8:0:0::/64'],
  ['unknown', 'unknown'],
])('%s is the client %s', (address, client) => expect(networkOf(address)).toBe(client))

test.each([
  ['203.0.113.7', '203.0.113.7'],
  // Some proxies add the port, which is another one for every connection.
  ['203.0.113.7:50123', '203.0.113.7'],
  ['[2001:db8::1]:50123', '2001:db8:0:0::/64'],
  ['"[2001:db8::1]:50123"', '2001:db8:0:0::/64'],
  ['[2001:db8::1]', '2001:db8:0:0::/64'],
  ['198.51.100.1, 203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:1, 203.0.113.7:2', '203.0.113.7'],
])('a proxy that reports %s speaks of the client %s', async (reported, client) => {
  const app = new Hono().get('/', (context) => context.text(forwardedAddressOf(context)))
  expect(await (await app.request('/', { headers: { 'x-forwarded-for': reported } })).text()).toBe(client)
})
