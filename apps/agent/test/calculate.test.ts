import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calculate } from '../src/tools/calculate.ts'

describe('the calculator', () => {
  test.each<[string, number]>([
    ['2+2', 4],
    ['2 + 3 * 4', 14],
    ['(2 + 3) * 4', 20],
    ['10 - 4 - 3', 3],
    ['100 / 10 / 5', 2],
    ['2 ^ 3 ^ 2', 512],
    ['-2^2', -4],
    ['2^-1', 0.5],
    ['7 % 4', 3],
    ['1.5e3 + .5', 1500.5],
    ['0.1 + 0.2', 0.3],
    ['12 × 3 ÷ 4', 9],
    ['2 ** 10', 1024],
    ['sqrt(16) + max(1, 2, 3)', 7],
    ['2 * PI', 6.28318530717959],
    ['--3', 3],
  ])('%s = %d', (expression, value) => expect(calculate(expression)).toBe(value))

  test.each([
    '',
    '1 +',
    '(1',
    '1)',
    '1 2',
    'x + 1',
    'sqrt',
    'sqrt(1, 2)',
    'constructor(1)',
    '__proto__',
    'process.exit(1)',
    '1; 2',
    '`1`',
    '1 / 0',
    'sqrt(-1)',
    '9^9^9',
    '('.repeat(1_000),
  ])('%s is refused with a reason for readers', (expression) =>
    expect(() => calculate(expression)).toThrow(/^unable to calculate; the (?:expression|result) /),
  )

  test('calculates a tree of operations as it is', () => {
    const { tree } = fc.letrec<{ tree: { text: string; value: number } }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.integer({ min: 0, max: 99 }).map((value) => ({ text: String(value), value })),
        fc.tuple(tie('tree'), fc.constantFrom('+', '-', '*'), tie('tree')).map(([left, sign, right]) => ({
          text: `(${left.text} ${sign} ${right.text})`,
          value: sign === '+' ? left.value + right.value : sign === '-' ? left.value - right.value : left.value * right.value,
        })),
      ),
    }))
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        fc.pre(text.length <= 400)
        expect(calculate(text)).toBe(Number(value.toPrecision(15)))
      }),
    )
  })

  test('never throws anything else, whatever it is given', () => {
    const pieces = fc.array(fc.constantFrom('1', '.', 'e', '+', '-', '(', ')', '^', 'sqrt', ',', ' ', 'pi', '%', '𝟙'))
    fc.assert(
      fc.property(pieces, (given) => {
        try {
          expect(Number.isFinite(calculate(given.join('')))).toBe(true)
        } catch (error) {
          expect(String(error)).toContain('unable to calculate')
        }
      }),
    )
  })
})
