import jmespath from 'jmespath'
import { dataOf, type MessageVersion } from '../../message/message-version.ts'
import { AblyError } from '../../protocol/ably-error.ts'

export type Filter = (version: MessageVersion) => boolean

/** Characters of an expression. */
const MAX_LENGTH = 1_024
/** How many times larger than a message the result of an expression may become. */
const MAX_GROWTH = 32

/**
 * The filter of a derived channel: base64 of a JMESPath expression. Throws 40000 when it is none, or when it may take long:
 * each step may double what the last one made, so thirty short steps would stop the server.
 */
export function compileFilter(base64: string): Filter {
  const expression = Buffer.from(base64, 'base64').toString('utf8')
  if (expression.length > MAX_LENGTH) throw refused(expression, `it has more than ${MAX_LENGTH} characters`)
  let growth: number
  try {
    growth = growthOf(compile(expression))
  } catch (cause) {
    throw refused(expression, `it is not JMESPath: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
  if (growth > MAX_GROWTH)
    throw refused(expression, 'it makes more of a message than it filters: take fewer lists, objects and texts')
  return (version) => {
    try {
      return Boolean(jmespath.search(subjectOf(version), expression))
    } catch {
      // A function applied to what this message has not: it does not satisfy the filter.
      return false
    }
  }
}

/** Not in the types of the package. */
const { compile } = jmespath as unknown as { readonly compile: (expression: string) => Node }

/** A part of an expression. */
interface Node {
  readonly type: string
  readonly name?: string
  readonly children?: readonly Node[]
  /** Of a field of an object that is made. */
  readonly value?: unknown
}

/** Functions whose result may be larger than what they are given. */
const GROWING = new Set(['join', 'to_string', 'to_array', 'merge', 'map'])

/** How many times larger than its input the result of an expression may be, at most. */
function growthOf({ type, name, children = [], value }: Node): number {
  switch (type) {
    case 'MultiSelectList':
    case 'MultiSelectHash':
      return Math.max(1, sum(children.map(growthOf)))
    case 'KeyValuePair':
      return growthOf(value as Node) // The parser makes it of an expression.
    case 'Function':
      // A text in a text doubles its escapes.
      return (GROWING.has(name ?? '') ? 2 : 1) * Math.max(1, sum(children.map(growthOf)))
    case 'AndExpression':
    case 'OrExpression':
    case 'NotExpression':
    case 'Comparator':
      return Math.max(1, ...children.map(growthOf))
    default:
      // Steps one after the other.
      return children.reduce((product, child) => product * growthOf(child), 1)
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function refused(expression: string, reason: string): AblyError {
  const shown = expression.length > 100 ? `${expression.slice(0, 100)}…` : expression
  return new AblyError(40000, 400, `unable to attach; the filter "${shown}" cannot be used, ${reason.slice(0, 200)}`)
}

/** What an expression can ask about: name, clientId, connectionId, data, and the headers in the extras. */
function subjectOf(version: MessageVersion): object {
  const { name, clientId, connectionId, encoding, extras, timestamp } = version
  const data = dataOf(version)
  const headers = extras?.['headers'] ?? {}
  return { name, clientId, connectionId, timestamp, headers, extras, data: decoded(data, encoding) }
}

function decoded(data: unknown, encoding: string | undefined): unknown {
  if (typeof data !== 'string' || encoding !== 'json') return typeof data === 'string' ? data : null
  try {
    return JSON.parse(data) as unknown
  } catch {
    return data
  }
}
