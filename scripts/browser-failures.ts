import { stripVTControlCharacters } from 'node:util'

/** What is used of the report of Playwright's json reporter. */
export interface BrowserReport {
  readonly stats: { readonly expected: number; readonly unexpected: number; readonly flaky: number; readonly skipped: number }
  readonly errors: readonly Failure[]
  readonly suites: readonly Suite[]
}

interface Suite {
  readonly title: string
  readonly suites?: readonly Suite[]
  readonly specs: readonly {
    readonly title: string
    readonly tests: readonly {
      readonly projectName: string
      readonly status: string
      readonly results: readonly { readonly errors: readonly Failure[] }[]
    }[]
  }[]
}

interface Failure {
  readonly message?: string
}

/** The tests that failed, or passed only when they were tried again, and errors outside of all tests. */
export function browserFailures({ errors, suites }: BrowserReport): readonly string[] {
  return [...errors.map(messageOf), ...suites.flatMap((suite) => failuresIn(suite, []))]
}

function failuresIn({ title, specs, suites = [] }: Suite, above: readonly string[]): readonly string[] {
  const path = [...above, title]
  const own = specs.flatMap((spec) =>
    spec.tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ projectName, results }) => {
        const name = `[${projectName}] ${[...path, spec.title].join(' > ')}`
        return [name, ...results.flatMap((result) => result.errors.map(messageOf))].join('\n')
      }),
  )
  return [...own, ...suites.flatMap((suite) => failuresIn(suite, path))]
}

function messageOf({ message = 'no message' }: Failure): string {
  return stripVTControlCharacters(message)
}
