// Stands in for `vitest` where the tests of the core run without vitest; see in-process-runner.ts. The tests of the core use no more of it than this.

/** One test, as `it` was called with it. */
export interface CollectedTest {
  /** The titles from the outermost `describe` on. */
  readonly name: string
  readonly run: () => unknown
}

type Body = (...values: never[]) => unknown
/** What `it` and `describe` are called with: options come before the body, a limit of time after it. Neither is heeded: Stryker has a limit of its own. */
type Rest = readonly [body: Body, limit?: number] | readonly [options: object, body: Body]

export { expect, vi } from 'vitest'

let collected: CollectedTest[] = []
let titles: readonly string[] = []

/** The tests that the modules loaded by `load` have declared. */
export async function collectedBy(load: () => Promise<unknown>): Promise<readonly CollectedTest[]> {
  collected = []
  await load()
  return collected
}

function declareTest(title: string, run: () => unknown): void {
  collected.push({ name: [...titles, title].join(' > '), run })
}

function declareGroup(title: string, run: () => unknown): void {
  const outside = titles
  titles = [...outside, title]
  try {
    run()
  } finally {
    titles = outside
  }
}

/** `it` or `describe`. */
function declarations(declare: (title: string, run: () => unknown) => void) {
  const one = (title: string, ...rest: Rest) => declare(title, bodyOf(rest) as () => unknown)
  const each =
    (spread: boolean) =>
    (rows: readonly unknown[]) =>
    (title: string, ...rest: Rest) => {
      const body = bodyOf(rest) as (...values: unknown[]) => unknown
      const asArguments = spread && rows.every((row) => Array.isArray(row))
      rows.forEach((row, at) => declare(`${title} [${at + 1}]`, () => (asArguments ? body(...(row as unknown[])) : body(row))))
    }
  return Object.assign(one, { each: each(true), for: each(false) })
}

function bodyOf(rest: Rest): Body {
  const body = rest.find((each): each is Body => typeof each === 'function')
  if (!body) throw new Error('unable to declare a test; reason: it has no body')
  return body
}

export const it = declarations(declareTest)
export const test = declarations(declareTest)
export const describe = declarations(declareGroup)
