// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { followBottom } from '../src/list/follow-bottom.ts'

// happy-dom has no layout: heights and scrolling are told to it.
let height = 100
let grow: () => void
let view: HTMLElement
let content: number
let top: number
const changes: boolean[] = []

beforeEach(() => {
  height = 100
  changes.length = 0
  content = 500
  top = 0
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(resized: () => void) {
        grow = resized
      }
      observe() {}
      disconnect() {}
    },
  )
  view = document.createElement('div')
  view.innerHTML = '<div><p data-serial="1"></p></div>'
  Object.defineProperties(view, {
    clientHeight: { get: () => height },
    scrollHeight: { get: () => content },
    scrollTop: {
      get: () => top,
      set(next: number) {
        top = Math.max(0, Math.min(next, content - height))
      },
    },
  })
})
afterEach(() => vi.unstubAllGlobals())

function resize(next: number): void {
  content = next
  grow()
}

function scrollTo(next: number): void {
  view.scrollTop = next
  view.dispatchEvent(new Event('scroll'))
}

test('the end is followed as the text grows', () => {
  followBottom(view, (following) => changes.push(following))
  resize(600)
  expect(top).toBe(500)
  expect(changes).toEqual([])
})

test('a prompt that is edited stays where it is', () => {
  followBottom(view, (following) => changes.push(following))
  resize(600)
  const row = view.querySelector('[data-serial]')!
  row.innerHTML = '<button>Edit</button><form class="prompt-editor"><textarea></textarea></form>'
  document.body.append(view)
  row.querySelector('button')!.focus()
  expect(changes).toEqual([])
  row.querySelector('textarea')!.focus()
  resize(700)
  expect(top).toBe(500)
  expect(changes).toEqual([false])
  view.remove()
})

test('a step up, however small, lets go; the way back to the end takes hold again', () => {
  followBottom(view, (following) => changes.push(following))
  resize(600)
  scrollTo(490)
  resize(700)
  expect(top).toBe(490)
  scrollTo(590)
  resize(800)
  expect(top).toBe(700)
  expect(changes).toEqual([false, true])
})

test('turning the wheel lets go before the first scroll event', () => {
  followBottom(view, (following) => changes.push(following))
  resize(600)
  view.dispatchEvent(new WheelEvent('wheel', { deltaY: -1 }))
  resize(700)
  expect(top).toBe(500)
})

test('a text that shrinks does not let go', () => {
  followBottom(view, (following) => changes.push(following))
  resize(600)
  content = 300
  scrollTo(200)
  resize(400)
  expect(top).toBe(300)
  expect(changes).toEqual([])
})

test('a window that is turned or made smaller does not let go, also where the scroll is told before the size', () => {
  followBottom(view, (following) => changes.push(following))
  resize(600)
  height = 60
  scrollTo(430)
  expect(top).toBe(540)
  resize(700)
  expect(top).toBe(640)
  expect(changes).toEqual([])
})

test('jump goes to the end and follows it', () => {
  const follow = followBottom(view, (following) => changes.push(following))
  resize(600)
  scrollTo(100)
  follow.jump()
  expect(top).toBe(500)
  resize(700)
  expect(top).toBe(600)
  expect(changes).toEqual([false, true])
})

test('before there is a message nothing moves', () => {
  view.innerHTML = '<div></div>'
  followBottom(view, () => {})
  resize(600)
  expect(top).toBe(0)
})
