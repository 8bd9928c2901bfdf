import { expect, it } from 'vitest'
import { localAblyHost } from '../src/dev/local-ably-host.ts'

const at = (address: string) => localAblyHost(4510, new URL(address))

it('is reached directly on the machine of the browser', () => {
  const here = { endpoint: 'localhost', port: 4510, tls: false }
  for (const address of ['http://localhost:5173', 'http://127.0.0.1:5173', 'http://[::1]:5173']) expect(at(address)).toEqual(here)
})

it('is reached through the dev server everywhere else', () => {
  expect(at('http://box.test:5173')).toEqual({ endpoint: 'box.test', port: 5173, tls: false })
  expect(at('https://name-5173.app.github.dev/')).toEqual({ endpoint: 'name-5173.app.github.dev', port: 443, tls: true })
  expect(at('https://abc-5173.csb.app/?c=1')).toEqual({ endpoint: 'abc-5173.csb.app', port: 443, tls: true })
})
