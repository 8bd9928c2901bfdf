import type { LaunchOptions } from '@playwright/test'
import { otherHost } from './environment.ts'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-sync',
  // For the test of a page that is not on localhost.
  `--host-resolver-rules=MAP ${otherHost} localhost`,
]

/** How the tests start Chromium. */
export function launchOptions(...more: readonly string[]): LaunchOptions {
  const { CHROMIUM_PATH: executablePath } = process.env
  return { ...(executablePath && { executablePath }), args: [...flags, ...more] }
}
