import { request } from 'node:http'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { printable } from '../src/shared/printable.ts'
import { serve } from './fixture.ts'
import { RawSocket } from './raw-socket.ts'

const HOSTILE = '\u001b]0;owned\u0007\u001b[2J\u009b31m\r\n2026-01-01 connected forged\u202edlrow\u2028\u0000\b'
// oxlint-disable-next-line no-control-regex -- Controls are what is looked for.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/u

it('prints nothing that a terminal obeys, from whatever the wire said', async () => {
  const lines: string[] = []
  const server = await serve({ log: (line) => lines.push(line) })
  for (const query of [
    { clientId: HOSTILE },
    { clientId: HOSTILE, key: 'no.key:x' },
    { key: HOSTILE },
    { access_token: `${HOSTILE}.a.b` },
  ]) {
    const socket = await RawSocket.open(server, query)
    await socket.until(({ frames, closed }) => closed || frames.length > 0)
    socket.close()
  }
  const channel = encodeURIComponent(`room${HOSTILE}`)
  const headers = { authorization: `Basic ${btoa(server.key)}`, 'content-type': 'application/json' }
  await fetch(`${server.url}/channels/${channel}/messages`, { headers })
  await fetch(`${server.url}/channels/a/messages/${channel}`, { headers })
  await fetch(`${server.url}/${channel}`, { method: 'PUT', headers })
  await fetch(`${server.url}/faults`, { method: 'POST', headers, body: JSON.stringify({ type: HOSTILE }) })
  await new Promise((resolve) => {
    const outgoing = request(
      { host: '127.0.0.1', port: server.port, path: '/time', headers: { origin: 'http://\u009b31m' } },
      resolve,
    )
    outgoing.end()
  })
  expect(lines.length).toBeGreaterThan(7)
  expect(lines.filter((line) => UNSAFE.test(line) || line.length > 2100)).toEqual([])
})

it('prints one line, of a length that fits, for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (any, plain) => {
      expect(printable(any)).not.toMatch(UNSAFE)
      if (!UNSAFE.test(plain)) expect(printable(plain)).toBe(plain)
    }),
  )
  expect(printable('x'.repeat(1e6)).length).toBeLessThan(2100)
})
