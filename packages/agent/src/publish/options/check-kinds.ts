import { nameOf } from '../../source/chunk.ts'
import { isFields } from '../../source/fields.ts'

/** What an option is to be, and what to give instead of what it is not. */
interface Kind {
  readonly is: (value: unknown) => boolean
  readonly give: string
}

export const record: Kind = { is: isFields, give: 'an object' }
export const list: Kind = { is: Array.isArray, give: 'a list' }
export const callable: Kind = { is: (value) => typeof value === 'function', give: 'a function' }
export const text: Kind = { is: (value) => typeof value === 'string', give: 'a string' }
export const promise: Kind = { is: (value) => isFields(value) && typeof value['then'] === 'function', give: 'a promise' }
export const signal: Kind = {
  is: (value) => isFields(value) && 'aborted' in value && typeof value['addEventListener'] === 'function',
  give: 'the `signal` of an AbortController',
}

/** An object with these functions. */
export function having(...names: readonly string[]): Kind {
  return {
    is: (value) => isFields(value) && names.every((name) => typeof value[name] === 'function'),
    give: `an object with the functions ${names.join(' and ')}`,
  }
}

/** @throws TypeError where an option is no list of names, and no function of a name */
export function checkNames(option: string, given: unknown): void {
  if (given === undefined || given === null || typeof given === 'function' || Array.isArray(given)) return
  throw new TypeError(
    `unable to use the options; ${option} is ${nameOf(given)}: give a list of names of tools, or a function of the name`,
  )
}

/**
 * Refuses options of another kind, as untyped code may give them: they would be ignored, or fail in the middle of an answer. What is undefined or
 * null is not given.
 *
 * @throws TypeError
 */
export function checkKinds(options: unknown, kinds: Readonly<Record<string, Kind>>): void {
  if (!isFields(options)) throw new TypeError(`unable to use the options; the options are ${nameOf(options)}: give an object`)
  for (const [name, { is, give }] of Object.entries(kinds)) {
    const value = options[name]
    if (value !== undefined && value !== null && !is(value))
      throw new TypeError(`unable to use the options; ${name} is ${nameOf(value)}: give ${give}`)
  }
}
