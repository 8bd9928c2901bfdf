import { defineConfig } from 'vitest/config'
import base from '../../vitest.config.ts'
import { root } from '../workspace.ts'

// The tests that must fail for a mutant: those of the core, and its laws.
export default defineConfig({
  ...base,
  // Stryker's copy of the workspace borrows node_modules, whose links lead back to the code that is not mutated.
  resolve: {
    ...base.resolve,
    alias: {
      '@streamfold/core': `${root}packages/core/src/index.ts`,
      '@streamfold/testkit': `${root}packages/testkit/src/index.ts`,
    },
  },
  test: { ...base.test, include: ['packages/{core,testkit}/test/**/*.test.ts'], testTimeout: 60_000 },
})
