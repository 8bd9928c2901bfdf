// @vitest-environment happy-dom
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createAnswerText } from '../src/markdown/answer-text.ts'
import { loadMarkdown } from '../src/markdown/load-markdown.ts'

let frame = 1
let due: (() => void)[] = []
let look: ((entries: readonly { readonly isIntersecting: boolean }[]) => void)[] = []

beforeAll(async () => {
  await loadMarkdown()
})
beforeEach(() => {
  due = []
  look = []
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => due.push(draw))
  Object.defineProperty(document, 'timeline', {
    value: {
      get currentTime() {
        return frame
      },
    },
    configurable: true,
  })
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(seen: (typeof look)[number]) {
        look.push(seen)
      }
      observe() {}
      disconnect() {}
    },
  )
})
afterEach(() => vi.unstubAllGlobals())

function nextFrame(): void {
  frame++
  const now = due
  due = []
  for (const draw of now) draw()
}

function answers(count: number) {
  nextFrame()
  return Array.from({ length: count }, () => {
    const root = document.createElement('div')
    return { root, answer: createAnswerText(root) }
  })
}

test('an answer by itself is written at once, however often in a frame', () => {
  const { root, answer } = answers(1)[0]!
  answer.update('one', false)
  expect(root.textContent).toBe('one')
  answer.update('one two', false)
  expect(root.textContent).toBe('one two')
  expect(due).toHaveLength(0)
})

test('of several, one grows in a frame, each in turn and to its newest text', () => {
  const all = answers(3)
  const write = (text: string) => {
    for (const { answer } of all) answer.update(text, false)
  }
  const texts = () => all.map(({ root }) => root.textContent)
  write('one')
  // What is new on the page waits for nothing.
  expect(texts()).toEqual(['one', 'one', 'one'])
  nextFrame()
  write('one two')
  expect(texts()).toEqual(['one two', 'one', 'one'])
  write('one two three')
  nextFrame()
  expect(texts()).toEqual(['one two', 'one two three', 'one'])
  nextFrame()
  expect(texts()).toEqual(['one two', 'one two three', 'one two three'])
  nextFrame()
  expect(texts()).toEqual(['one two three', 'one two three', 'one two three'])
  expect(due).toHaveLength(0)
})

test('redacted text disappears at once, whichever answer has its turn, visible or not', () => {
  const [first, second, hidden] = answers(3)
  second!.answer.update('the code is 1234', false)
  nextFrame()
  hidden!.answer.update('the code is 1234', false)
  nextFrame()
  look[2]!([{ isIntersecting: false }])
  first!.answer.update('busy', false)
  second!.answer.update('the code is 1234, I say', false)
  second!.answer.update('the code is secret', false)
  hidden!.answer.update('the code is secret', false)
  expect(second!.root.textContent).toBe('the code is secret')
  expect(hidden!.root.textContent).toBe('the code is secret')
  nextFrame()
  expect(second!.root.textContent).toBe('the code is secret')
})

test('what is out of sight is written when it comes near, or has ended', () => {
  const { root, answer } = answers(1)[0]!
  answer.update('one', false)
  look[0]!([{ isIntersecting: false }])
  answer.update('one two', false)
  expect(root.textContent).toBe('one')
  look[0]!([{ isIntersecting: true }])
  expect(root.textContent).toBe('one two')
  look[0]!([{ isIntersecting: false }])
  answer.update('one two three', false)
  expect(root.textContent).toBe('one two')
  answer.update('one two three.', true)
  expect(root.textContent).toBe('one two three.')
})

test('an answer that is taken off the page writes no more', () => {
  const [first, second] = answers(2)
  first!.answer.update('one', false)
  second!.answer.update('two', false)
  first!.answer.update('one more', false)
  second!.answer.update('two more', false)
  second!.answer.stop()
  nextFrame()
  expect(second!.root.textContent).toBe('two')
})
