// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'
import { endOnEscape, isSendKey, onEscape } from '../src/input/keyboard.ts'

afterEach(() => document.body.replaceChildren())

/** As a browser makes it: one cannot construct an event with a key code everywhere. */
function press(key: string, { keyCode = 0, ...init }: KeyboardEventInit & { readonly keyCode?: number } = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init })
  Object.defineProperty(event, 'keyCode', { value: keyCode })
  return event
}

/** How browsers say that a key belongs to an input method. Safari says it after `compositionend`, by the key code only. */
const composing = [
  { name: 'Chrome and Firefox', isComposing: true, keyCode: 229 },
  { name: 'Firefox, by the flag only', isComposing: true, keyCode: 13 },
  { name: 'Safari, after compositionend', isComposing: false, keyCode: 229 },
]

test('Enter sends, and begins a line with Shift', () => {
  expect(isSendKey(press('Enter', { keyCode: 13 }))).toBe(true)
  expect(isSendKey(press('Enter', { keyCode: 13, shiftKey: true }))).toBe(false)
  expect(isSendKey(press('a', { keyCode: 65 }))).toBe(false)
})

test.each(composing)('$name: Enter that ends a conversion sends nothing', (init) => {
  expect(isSendKey(press('Enter', init))).toBe(false)
})

test.each(composing)('$name: Escape that ends a conversion stops no answer', (init) => {
  const run = vi.fn<() => void>()
  const stop = onEscape(run)
  document.body.dispatchEvent(press('Escape', init))
  expect(run).not.toHaveBeenCalled()
  document.body.dispatchEvent(press('Escape', { keyCode: 27 }))
  expect(run).toHaveBeenCalledOnce()
  stop()
})

test.each(composing)('$name: Escape that ends a conversion in a name leaves the field and its dialog open', (init) => {
  const run = vi.fn<() => void>()
  const event = press('Escape', init)
  endOnEscape(event, run)
  expect(run).not.toHaveBeenCalled()
  // Unless it is prevented, a browser closes the dialog.
  expect(event.defaultPrevented).toBe(true)
  endOnEscape(press('Escape', { keyCode: 27 }), run)
  expect(run).toHaveBeenCalledOnce()
})

test.each(composing)('$name: Enter that ends a conversion in a name does not save it', (init) => {
  const event = press('Enter', init)
  endOnEscape(event, () => undefined)
  expect(event.defaultPrevented).toBe(true)
  const plain = press('Enter', { keyCode: 13 })
  endOnEscape(plain, () => undefined)
  expect(plain.defaultPrevented).toBe(false)
})

test('Escape that something else took stops no answer', () => {
  const run = vi.fn<() => void>()
  const stop = onEscape(run)
  const event = press('Escape', { keyCode: 27 })
  event.preventDefault()
  document.body.dispatchEvent(event)
  expect(run).not.toHaveBeenCalled()
  stop()
})
