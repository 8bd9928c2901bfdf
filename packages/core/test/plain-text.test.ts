import { fromPlainText, toPlainText } from '@streamfold/core/transport'
import { assert, constantFrom, oneof, property, string, array } from 'fast-check'
import { expect, it } from 'vitest'

const pieces = oneof(
  string({ unit: 'binary' }),
  constantFrom('\0', '\\', '\\0', '\\u0000', '\\ud83d', '\ud83d', '\udc00', '\\\\', 'u', '0', '👩‍👩‍👧‍👦'),
)

it('any string is the same after it was written as plain text, which has no NUL and no half of a character', () => {
  assert(
    property(array(pieces), (all) => {
      const text = all.join('')
      const plain = toPlainText(text)
      expect(fromPlainText(plain)).toBe(text)
      expect(plain).not.toContain('\0')
      expect(plain).not.toMatch(/\p{Cs}/u)
      if (!/[\\\0\p{Cs}]/u.test(text)) expect(plain).toBe(text)
    }),
  )
})
