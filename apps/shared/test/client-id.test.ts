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
