import { readFileSync, statSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'
import base from '../../vitest.config.ts'
import { root } from '../workspace.ts'

/** Every entry of a package, as its source in this copy of the workspace. */
function entriesOf(name: string): { readonly find: RegExp; readonly replacement: string }[] {
  const folder = `${root}packages/${name}/`
  const { exports } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as {
    exports: Record<string, { 'streamfold-source': string }>
  } // The form of our packages.
  return Object.entries(exports).map(([entry, source]) => ({
    find: new RegExp(`^@streamfold/${name}${entry.slice(1)}$`),
    replacement: `${folder}${source['streamfold-source'].slice(2)}`,
  }))
}

/** Short tests before the laws: the first test that fails ends the run of a mutant. By itself vitest begins with the longest. */
class ShortFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const cost = ({ moduleId }: TestSpecification) => (moduleId.includes('/testkit/') ? 1e9 : 0) + statSync(moduleId).size
    return Promise.resolve(files.toSorted((a, b) => cost(a) - cost(b)))
  }
}

// The tests that must fail for a mutant: those of the core, and its laws.
export default defineConfig({
  ...base,
  // Stryker's copy of the workspace borrows node_modules, whose links lead back to the code that is not mutated.
  resolve: { ...base.resolve, alias: [...entriesOf('core'), ...entriesOf('testkit')] },
  test: {
    ...base.test,
    // For a run of a few files, the tests that are enough for them may be named: a mutant that they miss counts as a survivor.
    include: (process.env['MUTATION_TESTS'] ?? 'packages/{core,testkit}/test/**/*.test.ts').split(' '),
    // It counts operations, and Stryker's own are among them.
    exclude: ['**/append-cost.test.ts'],
    testTimeout: 60_000,
    sequence: { sequencer: ShortFirst },
    // A mutant's tests run in one worker, which loads the core once and not once for each file.
    isolate: false,
  },
})
