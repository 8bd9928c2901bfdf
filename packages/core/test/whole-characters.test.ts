import { expect, it } from 'vitest'
import { beginningOf, characterStart, endOf } from '../src/shared/whole-characters.ts'

const family = '👨‍👩‍👧‍👦'
const characters = [family, '🇩🇪', '👍🏽', 'é', '❤️‍🔥', '1️⃣', '🏴󠁧󠁢󠁷󠁬󠁳󠁿', 'क्षि', '각', '𝒳', 'a', ' ']

it.each(characters)('does not divide %s', (character) => {
  const text = `ab${character}cd`
  const end = 2 + character.length
  for (let most = 0; most <= text.length; most++) {
    const within = most > 2 && most < end
    expect(beginningOf(text, most)).toBe(within ? 'ab' : text.slice(0, most))
    const kept = text.length - most
    expect(endOf(text, most)).toBe(kept > 2 && kept < end ? 'cd' : text.slice(kept))
  }
})

it('pairs the flags of a long row from its beginning', () => {
  const flags = '🇩🇪🇫🇷'.repeat(100)
  expect(beginningOf(flags, 121)).toBe(flags.slice(0, 120))
  expect(endOf(flags, 122)).toBe(flags.slice(-120))
})

it('cuts between code points what is longer than all of the room', () => {
  const zalgo = `e${'\u0301'.repeat(10_000)}`
  expect(beginningOf(zalgo, 120)).toBe(zalgo.slice(0, 120))
  expect(beginningOf('😀', 1)).toBe('')
  expect(beginningOf(family, 5)).toBe('👨‍👩')
  expect(endOf('😀', 1)).toBe('')
  expect(endOf(zalgo, 120)).toBe(zalgo.slice(-120))
  for (const pair of ['\u{10000}', '\u{1dbff}', '\u{10fc00}', '\u{10ffff}'])
    expect([beginningOf(pair, 1), endOf(pair, 1)]).toEqual(['', ''])
  expect(beginningOf('\u2764\ufe0f', 1)).toBe('\u2764')
  expect(beginningOf('\udc00a', 0)).toBe('')
  expect(beginningOf('abc', -1)).toBe('')
  expect(endOf('abc', 0)).toBe('')
})

it('takes whole characters only, and as many as fit, wherever two stand side by side', () => {
  const segmenter = new Intl.Segmenter('en')
  for (const text of characters.flatMap((one) => characters.map((other) => `${one}${other}${one}`))) {
    const bounds = [...Array.from(segmenter.segment(text), ({ index }) => index), text.length]
    for (let most = 0; most <= text.length; most++) {
      const fits = bounds.filter((bound) => bound <= most)
      if (fits.length > 1) expect(beginningOf(text, most).length).toBe(fits.at(-1))
      const kept = bounds.filter((bound) => text.length - bound <= most)
      if (kept.length > 1) expect(text.length - endOf(text, most).length).toBe(kept[0])
    }
    for (const bound of bounds) expect(characterStart(text, bound)).toBe(bound)
  }
})

it('finds the character far behind the beginning of a long text', () => {
  for (const length of [4_095, 4_096, 4_097, 10_000]) {
    const text = `${'a'.repeat(length)}${family}b`
    expect(characterStart(text, length + 3)).toBe(length)
    expect(endOf(text, 4)).toBe('b')
  }
})
