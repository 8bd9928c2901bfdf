// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { frameScheduler } from '../src/index.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('tells with the next frame', () => {
  const flush = vi.fn()
  frameScheduler(flush)
  expect(flush).not.toHaveBeenCalled()
  vi.advanceTimersToNextFrame()
  expect(flush).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1_000)
  expect(flush).toHaveBeenCalledTimes(1)
})

it('tells a page that was hidden before its frame came, and one that is hidden', () => {
  vi.stubGlobal('requestAnimationFrame', () => 1)
  const flush = vi.fn()
  frameScheduler(flush)
  vi.advanceTimersByTime(250)
  expect(flush).toHaveBeenCalledTimes(1)
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  frameScheduler(flush)
  vi.advanceTimersByTime(250)
  expect(flush).toHaveBeenCalledTimes(2)
})

it('tells where there are no frames at all', () => {
  vi.stubGlobal('requestAnimationFrame', undefined)
  const flush = vi.fn()
  frameScheduler(flush)
  vi.advanceTimersByTime(20)
  expect(flush).toHaveBeenCalledTimes(1)
})
