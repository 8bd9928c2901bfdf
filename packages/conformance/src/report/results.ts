import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { posix } from 'node:path'
import type { Answer } from '../harness/try-law.ts'

/** What was found of one layer. */
export interface Column {
  readonly id: string
  readonly name: string
  readonly setUp: string
  readonly address: string
  /** The day on which it was tried, as 2026-11-28. */
  readonly date: string
  /** How often each law was tried, with the same answer each time. */
  readonly rounds: number
  /** The release of Node. */
  readonly node: string
  readonly versions: Readonly<Record<string, string>>
  /** Of the laws, the harness and the layer, as they were then. */
  readonly source: string
  /** By the ids of the laws. */
  readonly answers: Readonly<Record<string, Answer>>
}

const here = new URL('../../', import.meta.url)
const file = new URL('results.json', here)

export function readResults(): readonly Column[] {
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Column[] // `writeResults` wrote it.
}

export function writeResults(columns: readonly Column[]): void {
  writeFileSync(file, `${JSON.stringify(columns, undefined, 2)}\n`)
}

/** The versions that are installed, which are those of the lockfile. */
export function installedVersions(packages: readonly string[]): Record<string, string> {
  return Object.fromEntries(packages.map((name) => [name, versionOf(name)]))
}

function versionOf(name: string): string {
  const text = readFileSync(new URL(`node_modules/${name}/package.json`, here), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version // Every package has one.
}

/** A hash of what makes the answers of a layer: when it changes, they are tried again. */
export function sourceOf(folder: string): string {
  const root = new URL('src/', here)
  const used = new Set<string>()
  const add = (path: string): void => {
    if (used.has(path)) return
    used.add(path)
    const imports = readFileSync(new URL(path, root), 'utf8').matchAll(/(?:from|import) '(\.[^']+)'/g)
    for (const [, name] of imports) add(posix.join(posix.dirname(path), name!))
  }
  for (const path of ['harness/try-law.ts', 'laws/laws.ts', ...globSync(`layers/${folder}/**/*.{ts,svelte}`, { cwd: root })])
    add(path.replaceAll('\\', '/'))
  const hash = createHash('sha256')
  for (const path of [...used].toSorted()) hash.update(path).update(readFileSync(new URL(path, root)))
  return hash.digest('hex').slice(0, 16)
}
