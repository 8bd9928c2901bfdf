import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter } from 'node:path'
import { root } from './workspace.ts'

/** The path of a Chromium for the browser tests: found, or installed, or an error that says exactly what to do. */
export function findChromium(): string {
  const found = present() ?? fromPlaywright() ?? fromDebian()
  if (found) return found
  throw new Error(
    'unable to run the browser tests; no Chromium was found and none could be installed: install one (Debian: apt-get install chromium) ' +
      'or set CHROMIUM_PATH to the program of a Chromium or Chrome',
  )
}

/** The same for tests alone: Debian's Chromium without windows takes half the processor time of the one with them. */
export function findChromiumForTests(): string {
  const shell = '/usr/lib/chromium/chromium-headless-shell'
  return !process.env['CHROMIUM_PATH'] && existsSync(shell) ? shell : findChromium()
}

function present(): string | undefined {
  const asked = process.env['CHROMIUM_PATH']
  if (asked) {
    if (existsSync(asked)) return asked
    throw new Error(`unable to run the browser tests; CHROMIUM_PATH names ${asked}, which does not exist: correct it or unset it`)
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const fixed = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ]
  return [...folders.flatMap((folder) => names.map((name) => `${folder}/${name}`)), ...fixed].find((path) => existsSync(path))
}

function fromPlaywright(): string | undefined {
  const require = createRequire(`${root}e2e/package.json`)
  const { chromium } = require('@playwright/test') as { chromium: { executablePath(): string } } // Its documented API.
  if (existsSync(chromium.executablePath())) return chromium.executablePath()
  console.log('no Chromium found; asking Playwright to install one')
  const cli = require.resolve('@playwright/test/cli')
  spawnSync(process.execPath, [cli, 'install', '--with-deps', 'chromium'], { stdio: 'inherit', timeout: 300_000 })
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined
}

function fromDebian(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined
  console.log('installing Chromium from Debian’s packages')
  spawnSync('apt-get', ['update'], { stdio: 'inherit' })
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return present()
}
