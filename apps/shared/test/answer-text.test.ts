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
  vi.spyOn(document, 'timeline', 'get').mockReturnValue({
    duration: null,
    get currentTime() {
      return frame
    },
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
afterEach(() => {
  // Turns are taken across all answers of a page: none may be left over.
  while (due.length > 0) nextFrame()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

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
  nextFrame()
  answer.update('one two three.', true)
  expect(root.textContent).toBe('one two three.')
})

test('what ends out of sight grows in a frame of its own: a browser counts it as a move if the end grows too', () => {
  const [above, end] = answers(2)
  for (const { answer } of [above!, end!]) answer.update('one', false)
  nextFrame()
  look[0]!([{ isIntersecting: false }])
  above!.answer.update('one two', false)
  end!.answer.update('one two', false)
  above!.answer.update('one two three.', true)
  expect([above!.root.textContent, end!.root.textContent]).toEqual(['one', 'one two'])
  nextFrame()
  end!.answer.update('one two three', false)
  expect([above!.root.textContent, end!.root.textContent]).toEqual(['one two three.', 'one two'])
  nextFrame()
  expect(end!.root.textContent).toBe('one two three')
})

test('all that end out of sight end in one frame, and once', () => {
  const all = answers(4)
  for (const { answer } of all) answer.update('one', false)
  nextFrame()
  for (const seen of look.slice(0, 3)) seen([{ isIntersecting: false }])
  all[3]!.answer.update('one two', false)
  for (const { answer } of all.slice(0, 3)) answer.update('one two.', true)
  expect(all.map(({ root }) => root.textContent)).toEqual(['one', 'one', 'one', 'one two'])
  nextFrame()
  expect(all.map(({ root }) => root.textContent)).toEqual(['one two.', 'one two.', 'one two.', 'one two'])
  expect(due).toHaveLength(0)
})

test('what comes near takes its turn', () => {
  const [near, end] = answers(2)
  for (const { answer } of [near!, end!]) answer.update('one', false)
  nextFrame()
  look[0]!([{ isIntersecting: false }])
  near!.answer.update('one two', false)
  end!.answer.update('one two', false)
  look[0]!([{ isIntersecting: true }])
  expect(near!.root.textContent).toBe('one')
  nextFrame()
  expect(near!.root.textContent).toBe('one two')
})

test('the first text of an answer that was empty takes its turn: it may have many lines', () => {
  const all = answers(2)
  for (const { answer } of all) answer.update('', false)
  nextFrame()
  for (const { answer } of all) answer.update('one', false)
  expect(all.map(({ root }) => root.textContent)).toEqual(['one', ''])
  nextFrame()
  expect(all.map(({ root }) => root.textContent)).toEqual(['one', 'one'])
})

test('a long answer that is drawn in many frames takes turns with the one that grows at the end', () => {
  const [long, end] = answers(2)
  end!.answer.update('one', false)
  long!.answer.update('', false)
  nextFrame()
  long!.answer.update('A paragraph of a long answer.\n\n'.repeat(3_000), true)
  let text = 'one'
  let frames = 0
  for (; due.length > 0; frames++) {
    const drawn = long!.root.textContent
    const written = end!.root.textContent
    nextFrame()
    const grown = Number(long!.root.textContent !== drawn)
    text += ` ${frames}`
    end!.answer.update(text, false)
    expect(grown + Number(end!.root.textContent !== written)).toBeLessThan(2)
  }
  expect(frames).toBeGreaterThan(10)
  expect(end!.root.textContent).toBe(text)
})

test('a turn that was given up leaves none over: still one grows in a frame', () => {
  const all = answers(3)
  for (const { answer } of all) answer.update('one', false)
  nextFrame()
  all[0]!.answer.update('one two', false)
  all[1]!.answer.update('one two', false)
  all[1]!.answer.update('other', false)
  all[2]!.answer.update('one two', false)
  all[0]!.answer.update('one two three', false)
  const texts = () => all.map(({ root }) => root.textContent)
  expect(texts()).toEqual(['one two', 'other', 'one'])
  nextFrame()
  expect(texts()).toEqual(['one two', 'other', 'one two'])
  nextFrame()
  expect(texts()).toEqual(['one two three', 'other', 'one two'])
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
