import { defineConfig } from '@playwright/test'
import type { AppOptions } from './app.ts'
import { addresses, environment } from './environment.ts'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-sync',
]

/** One spec, both apps: each project is an app, seen beside the other one. */
export default defineConfig<AppOptions>({
  testDir: '.',
  outputDir: 'results',
  // The apps share one agent and one local Ably, and some tests end these.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    launchOptions: { ...(process.env['CHROMIUM_PATH'] && { executablePath: process.env['CHROMIUM_PATH'] }), args: flags },
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'react', use: { app: addresses.react, otherApp: addresses.vue } },
    { name: 'vue', use: { app: addresses.vue, otherApp: addresses.react } },
  ],
  webServer: {
    command: 'node ../scripts/dev.ts',
    // The app that starts last: all the others are ready then.
    url: addresses.vue,
    env: environment,
    timeout: 120_000,
    stdout: process.env['E2E_LOG'] ? 'pipe' : 'ignore',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
  },
})
