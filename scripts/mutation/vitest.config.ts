import { defineConfig } from 'vitest/config'
import base from '../../vitest.config.ts'

// The tests that judge a mutant: those of the core, and its laws.
export default defineConfig({
  ...base,
  test: { ...base.test, include: ['packages/{core,testkit}/test/**/*.test.ts'], testTimeout: 60_000 },
})
