import { ReaderError } from '@streamfold/agent'

/** Longest expression; each nesting takes a part of the stack. */
const LONGEST = 400

const functions: Readonly<Record<string, (...values: number[]) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  cos: Math.cos,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log: Math.log10,
  max: Math.max,
  min: Math.min,
  round: Math.round,
  sin: Math.sin,
  sqrt: Math.sqrt,
  tan: Math.tan,
}

const constants: Readonly<Record<string, number>> = { e: Math.E, pi: Math.PI }

/** Functions with any number of values; the others have one. */
const variadic = new Set(['max', 'min'])

/**
 * Calculates an expression: numbers, `+ - * / % ^`, parentheses, `pi`, `e` and functions such as `sqrt(2)`. A parser, because the model writes
 * the expression and nothing that it writes may run as code.
 *
 * @throws ReaderError with the reason, when it is none or its value is no number
 */
export function calculate(expression: string): number {
  if (expression.length > LONGEST)
    throw new ReaderError(`unable to calculate; the expression has more than ${LONGEST} characters`)
  const tokens = tokensOf(expression)
  let at = 0

  function sum(): number {
    let value = product()
    for (let sign = take('+', '-'); sign !== undefined; sign = take('+', '-'))
      value = sign === '+' ? value + product() : value - product()
    return value
  }

  function product(): number {
    let value = signed()
    for (let sign = take('*', '/', '%'); sign !== undefined; sign = take('*', '/', '%')) {
      const right = signed()
      value = sign === '*' ? value * right : sign === '/' ? value / right : value % right
    }
    return value
  }

  /** A sign binds weaker than a power: -2^2 is -4. */
  function signed(): number {
    const sign = take('+', '-')
    if (sign !== undefined) return sign === '-' ? -signed() : signed()
    const base = single()
    return take('^') === undefined ? base : base ** signed()
  }

  function single(): number {
    const token = tokens[at++]
    if (token === undefined) throw unexpected('its end')
    if (token === '(') {
      const value = sum()
      expect(')')
      return value
    }
    const number = Number(token)
    if (!Number.isNaN(number)) return number
    const name = token.toLowerCase()
    const constant = Object.hasOwn(constants, name) ? constants[name] : undefined
    if (constant !== undefined) return constant
    const apply = Object.hasOwn(functions, name) ? functions[name] : undefined
    if (!apply) throw unexpected(token)
    return apply(...values(variadic.has(name)))
  }

  function values(isAnyNumber: boolean): number[] {
    expect('(')
    const given = [sum()]
    if (isAnyNumber) while (take(',') !== undefined) given.push(sum())
    expect(')')
    return given
  }

  function take(...wanted: readonly string[]): string | undefined {
    const token = tokens[at]
    if (token === undefined || !wanted.includes(token)) return undefined
    at++
    return token
  }

  function expect(wanted: string): void {
    if (take(wanted) === undefined) throw unexpected(tokens[at] ?? 'its end')
  }

  const value = sum()
  if (at < tokens.length) throw unexpected(tokens[at]!) // Inside the list.
  if (!Number.isFinite(value)) throw new ReaderError('unable to calculate; the result is not a finite number')
  // 0.1 + 0.2 is 0.3: the last digits are those of the binary representation.
  return Number(value.toPrecision(15))
}

function tokensOf(expression: string): readonly string[] {
  const plain = expression
    .replaceAll('×', '*')
    .replaceAll('·', '*')
    .replaceAll('÷', '/')
    .replaceAll('−', '-')
    .replaceAll('**', '^')
  const tokens: string[] = []
  for (const [, token, other] of plain.matchAll(/\s*(?:((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[a-z]+|[-+*/%^(),])|(\S))/gi)) {
    if (token === undefined) throw unexpected(other ?? 'its end')
    tokens.push(token)
  }
  return tokens
}

function unexpected(token: string): ReaderError {
  return new ReaderError(`unable to calculate; the expression has ${token} where something else belongs`)
}
