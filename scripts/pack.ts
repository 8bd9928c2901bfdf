// Packs every public package as it would be published, into .streamfold/tarballs; build first.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './workspace.ts'

const folder = `${root}.streamfold/tarballs/`

/** @returns the paths of the tarballs. */
export function pack(): string[] {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const isPrivate = ['test-support', 'one-channel', 'conformance'].flatMap((name) => ['--filter', `!./packages/${name}`])
  const args = ['-r', '--filter', './packages/*', ...isPrivate, 'pack', '--pack-destination', folder]
  const { status, stderr, error } = spawnSync('pnpm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' })
  if (status !== 0) throw new Error(`unable to pack the packages; pnpm said: ${error?.message ?? stderr}`)
  return readdirSync(folder).map((name) => folder + name)
}

/**
 * Settings for a project that uses pnpm. The packages name each other by version: npm takes the one that is being installed beside them, pnpm looks for it in the registry.
 */
export function overrides(tarballs: readonly string[]): string {
  const lines = tarballs.map((path) => {
    const [, name = ''] = /^(.+)-\d+\.\d+\.\d+\.tgz$/.exec(basename(path)) ?? []
    return `  '${name.replace(/^streamfold-/, '@streamfold/')}': 'file:${path}'`
  })
  return ['overrides:', ...lines, ''].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tarballs = pack()
  for (const path of tarballs) console.log(path)
  writeFileSync(`${folder}pnpm-overrides.yaml`, overrides(tarballs))
  console.log(
    `\nIn your project: export STREAMFOLD=${folder.slice(0, -1)}, then install from there as docs/pages/guide/install.md says.`,
  )
}
