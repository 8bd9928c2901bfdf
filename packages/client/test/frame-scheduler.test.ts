import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { frameScheduler } from '../src/index.ts'

const frames = new Set<() => void>()

/** The members of a page that the scheduler uses. */
function page(hidden: boolean): void {
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden }))
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => (frames.add(draw), draw))
  vi.stubGlobal('cancelAnimationFrame', (draw: () => void) => frames.delete(draw))
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  frames.clear()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('notifies with the next frame, and once', () => {
  page(false)
  const flush = vi.fn()
  frameScheduler(flush)
  expect(flush).not.toHaveBeenCalled()
  for (const draw of frames) draw()
  expect(flush).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1_000)
  expect(flush).toHaveBeenCalledTimes(1)
})

it('needs no timer for each frame', () => {
  page(false)
  const flush = vi.fn()
  for (let i = 0; i < 100; i++) {
    frameScheduler(flush)
    for (const draw of frames) draw()
    frames.clear()
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1)
  }
  expect(flush).toHaveBeenCalledTimes(100)
  vi.advanceTimersByTime(1_000)
  expect(vi.getTimerCount()).toBe(0)
})

it('notifies a page that was hidden before its frame ran', () => {
  page(false)
  const flush = vi.fn()
  frameScheduler(flush)
  vi.advanceTimersByTime(1_000)
  expect(flush).toHaveBeenCalledTimes(1)
  expect(frames.size).toBe(0)
})

it('notifies a hidden page rarely, and without a frame', () => {
  page(true)
  const flush = vi.fn()
  frameScheduler(flush)
  expect(frames.size).toBe(0)
  vi.advanceTimersByTime(999)
  expect(flush).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(flush).toHaveBeenCalledTimes(1)
})

it('notifies a page at once when it becomes visible, and once', () => {
  page(true)
  const flush = vi.fn()
  frameScheduler(flush)
  document.dispatchEvent(new Event('visibilitychange'))
  expect(flush).toHaveBeenCalledTimes(1)
  document.dispatchEvent(new Event('visibilitychange'))
  vi.advanceTimersByTime(2_000)
  expect(flush).toHaveBeenCalledTimes(1)
})

it('notifies without any frames', () => {
  const flush = vi.fn()
  frameScheduler(flush)
  vi.advanceTimersByTime(20)
  expect(flush).toHaveBeenCalledTimes(1)
})
