// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import { tabClientId } from '../src/storage/client-id.ts'

afterEach(() => vi.unstubAllGlobals())

it('stays the same reader over a refresh', () => {
  expect(tabClientId()).toBe(tabClientId())
})

it('a page whose browser forbids storage, as within a preview frame, still has an identity', () => {
  const forbidden = () => {
    throw new DOMException('Access is denied for this document.', 'SecurityError')
  }
  vi.stubGlobal('sessionStorage', { getItem: forbidden, setItem: forbidden })
  expect(tabClientId()).toMatch(/^user-\w{6}$/)
})

it.each(['agent', 'user-<b>', '', 'user-ABCDEFG', 'x'.repeat(100_000), '{"a":1}'])(
  'what somebody else has written there is not who the tab is: %s',
  (kept) => {
    sessionStorage.setItem('streamfold:client-id', kept)
    expect(tabClientId()).toMatch(/^user-[0-9a-z]{6}$/)
    expect(tabClientId()).toBe(tabClientId())
  },
)
