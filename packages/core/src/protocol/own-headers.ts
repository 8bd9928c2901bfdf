import { reservedHeaders } from './fields.ts'

/**
 * What is wrong with a product's own headers, and what to do; undefined where nothing is. One that is undefined is not there.
 *
 * @param more names that are taken beside those of the protocol
 */
export function ownHeadersProblem(headers: unknown, more: readonly string[] = []): string | undefined {
  if (headers === undefined || headers === null) return undefined
  if (typeof headers !== 'object' || Array.isArray(headers)) return 'the headers are no object: give { name: value }'
  const given = Object.entries(headers).filter(([, value]) => value !== undefined)
  const taken = given.map(([name]) => name).filter((name) => reservedHeaders.has(name) || more.includes(name))
  if (taken.length === 1) return `the header \`${taken[0]}\` belongs to the protocol: give it another name`
  if (taken.length > 1)
    return `the headers ${taken.map((name) => `\`${name}\``).join(', ')} belong to the protocol: give them other names`
  const wrong = given.find(([, value]) => typeof value !== 'string')
  return wrong && `the header \`${wrong[0]}\` is ${kindOf(wrong[1])}: give a string`
}

/** Names a value without what it holds, which may be secret. */
function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
