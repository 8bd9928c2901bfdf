import { defineConfig } from '@playwright/test'
import type { AppOptions } from './app.ts'
import { launchOptions } from './browser.ts'
import { addresses, builtPortsOf, workers } from './environment.ts'

/**
 * One spec, all apps: each project is an app, seen beside another one. The Svelte app is small: it runs the tests of what it has, which are tagged so,
 * and those of its binding.
 */
export default defineConfig<AppOptions>({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: 'results',
  workers,
  fullyParallel: true,
  retries: 0,
  // Limits for tests that hang, and no measures of speed: a busy machine takes five times as long as a quiet one.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  use: {
    launchOptions: launchOptions(),
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'react', use: { app: addresses.react, otherApp: addresses.vue } },
    {
      name: 'vue',
      testIgnore: 'other-chats.spec.ts',
      use: { app: addresses.vue, otherApp: addresses.react },
    },
    {
      name: 'svelte',
      grep: /@small|the binding,/,
      use: { app: addresses.svelte, otherApp: addresses.react },
    },
  ],
  webServer: {
    name: 'servers',
    command: 'node servers.ts',
    // The one that starts last: all the others are ready then.
    url: `http://localhost:${builtPortsOf(workers - 1).VUE_PORT}`,
    timeout: 240_000,
    stdout: process.env['E2E_LOG'] ? 'pipe' : 'ignore',
    gracefulShutdown: { signal: 'SIGINT', timeout: 12_000 },
  },
})
