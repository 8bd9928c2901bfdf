import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { byteLength, fitting, LONGEST_GRAPHEME, prefixOf } from '../src/publish/messages/utf8.ts'

const families = ['👨‍👩‍👧‍👦', '🇩🇪', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'é', 'क्षि', '\r\n', '👍🏽', 'x', ' ', '한']
const texts = fc.array(fc.oneof(fc.constantFrom(...families), fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 40 })

/** Cuts `pieces` into messages of `limit` bytes, as split-response does. */
function messagesOf(pieces: readonly string[], limit: number): string[] {
  const messages = ['']
  let used = 0
  for (const piece of pieces) {
    for (let rest = piece; rest !== '';) {
      const taken = fitting(messages.at(-1)!, rest, limit - used)
      messages[messages.length - 1] += taken
      used += byteLength(taken)
      rest = rest.slice(taken.length)
      if (rest === '') continue
      messages.push('')
      used = 0
    }
  }
  return messages
}

test('cuts no grapheme, wherever the pieces end and the limit falls', () => {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  fc.assert(
    fc.property(texts, fc.integer({ min: 48, max: 120 }), fc.nat(7), (parts, limit, size) => {
      // Pieces of any size, cut between code points as a model cuts them.
      const points = Array.from(parts.join(''))
      const pieces: string[] = []
      for (let at = 0; at < points.length; at += size + 1) pieces.push(points.slice(at, at + size + 1).join(''))
      const text = points.join('')
      const messages = messagesOf(pieces, limit)
      expect(messages.join('')).toBe(text)
      const boundaries = new Set(Array.from(segmenter.segment(text), ({ index }) => index))
      let at = 0
      for (const message of messages.slice(0, -1)) {
        at += message.length
        if (at < text.length) expect(boundaries.has(at)).toBe(true)
        expect(byteLength(message)).toBeLessThanOrEqual(limit + LONGEST_GRAPHEME)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a grapheme longer than a message is cut between code points, and ends', () => {
  const zalgo = `e${'\u0301'.repeat(400)}`
  expect(messagesOf([zalgo], 100).join('')).toBe(zalgo)
  expect(prefixOf('a😀', 3)).toBe('a')
  expect(prefixOf('a😀', 5)).toBe('a😀')
  expect(prefixOf('a', -1)).toBe('')
})
