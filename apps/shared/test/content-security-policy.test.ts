import { expect, test } from 'vitest'
import type { PolicyOptions } from '../src/dev/content-security-policy.ts'
import { contentSecurityPolicy } from '../src/dev/content-security-policy.ts'

/** The directives by name. */
function policy(options: Partial<PolicyOptions> = {}): Readonly<Record<string, readonly string[]>> {
  const text = contentSecurityPolicy({ localAblyPort: undefined, ablyHost: undefined, ...options })
  return Object.fromEntries(text.split('; ').map((directive) => [directive.split(' ')[0]!, directive.split(' ').slice(1)]))
}

test('a production page runs its own files, and nothing inline', () => {
  const directives = policy()
  expect(directives).toMatchObject({
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  })
  expect(Object.keys(directives)).not.toContain('worker-src')
})

test('no page allows what is inline, evaluated or from everywhere, but for images that a reader asks for', () => {
  const images = "img-src 'self' data: blob: https:"
  for (const options of [{}, { nonce: 'abc' }, { localAblyPort: 4510 }]) {
    const policy = contentSecurityPolicy({ localAblyPort: undefined, ablyHost: undefined, ...options }).split('; ')
    expect(policy).toContain(images)
    expect(policy.filter((directive) => directive !== images).join('; ')).not.toMatch(/unsafe|\*[ ;]|https?:(?:[ ;]|$)/)
  }
})

test.each([
  ['local Ably', { localAblyPort: 4510 }, ['http://localhost:4510', 'ws://localhost:4510']],
  ['the service', {}, ['wss://*.ably.net', 'https://*.ably.net', 'wss://*.ably-realtime.com', 'https://*.ably.io']],
  ['a part of the service', { ablyHost: { endpoint: 'eu', port: undefined, tls: true } }, ['wss://*.ably.net']],
  ['another cluster', { ablyHost: { endpoint: 'nonprod:x', port: undefined, tls: true } }, ['wss://*.ably-nonprod.net']],
  ['a host', { ablyHost: { endpoint: 'ably.example.com', port: 8443, tls: true } }, ['wss://ably.example.com:8443']],
  [
    'a host without TLS',
    { ablyHost: { endpoint: 'localhost', port: 80, tls: false } },
    ['ws://localhost:80', 'http://localhost:80'],
  ],
] satisfies [string, Partial<PolicyOptions>, string[]][])('a page reaches its own address and %s', (_, options, sources) => {
  expect(policy(options)['connect-src']).toEqual(expect.arrayContaining(["'self'", ...sources]))
})

test('a page that uses local Ably reaches no other', () => {
  expect(policy({ localAblyPort: 4510 })['connect-src']).toHaveLength(3)
})
