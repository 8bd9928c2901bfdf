// Checks that the commands in documents name scripts, programs and files that exist.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { root } from '../workspace.ts'
import type { Block } from './markdown.ts'

/** What a reader's machine has, or what `npm create vite` has made there. */
const elsewhere = new Set(['npm', 'cd', 'cp', 'mkdir', 'curl', 'echo', 'export', 'git', 'rm', 'cat', 'apt-get'])
/** Programs of other packages. */
const ofOthers = new Set(['vitest', 'vite', 'tsc', '@restatedev/restate-server'])
const ofPnpm = new Set(['install', 'add', 'create', 'exec', 'pack', 'run'])

interface Manifest {
  readonly name: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
}

/** The error of a block of commands; undefined if there is none.  @param beside the blocks of the same page */
export function commandBreach(code: string, beside: readonly Block[]): string | undefined {
  const commands = code
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .flatMap((line) => line.split(/\s*(?:&&|\|\||[;|])\s*/))
    .filter((command) => command !== '')
  for (const command of commands) {
    const words = command.split(/\s+/)
    // NAME=value in front of a command, or alone.
    while (/^\w+=/.test(words[0] ?? '')) words.shift()
    const reason = words.length === 0 ? undefined : breachOf(words, beside)
    if (reason !== undefined) return `${command}: ${reason}`
  }
  return undefined
}

function breachOf(words: readonly string[], beside: readonly Block[]): string | undefined {
  const [program = '', ...rest] = words
  if (program === 'npx') {
    const [name = '', ...args] = rest.filter((word) => !['--yes', '-y', '--no', '--'].includes(word))
    return breachOf([name.replace(/(?<=.)@[\w.]+$/, ''), ...args], beside)
  }
  if (elsewhere.has(program)) return undefined
  if (program === 'pnpm') return pnpmBreach(rest)
  if (program === 'node') return fileBreach(rest, beside)
  if (ofOthers.has(program)) return undefined
  return manifests().some(({ bin }) => bin?.[program] !== undefined) ? undefined : `there is no program ${program}`
}

function pnpmBreach(words: readonly string[]): string | undefined {
  const [first = '', second = '', third = ''] = words
  if (first === '--dir') return scriptBreach(third === 'run' ? (words[3] ?? '') : third, read(`${second}/package.json`))
  if (first === '--filter')
    return scriptBreach(
      third,
      manifests().find(({ name }) => name === second),
    )
  return ofPnpm.has(first) ? undefined : scriptBreach(first, read('package.json'))
}

function scriptBreach(script: string, manifest: Manifest | undefined): string | undefined {
  if (!manifest) return 'there is no such package'
  return manifest.scripts?.[script] === undefined ? `${manifest.name} has no script ${script}` : undefined
}

function fileBreach(words: readonly string[], beside: readonly Block[]): string | undefined {
  const file = words.find((word) => !word.startsWith('-'))
  if (file === undefined || existsSync(root + file) || beside.some((block) => block.file === file)) return undefined
  return `there is no file ${file}, here or on this page`
}

function manifests(): Manifest[] {
  return globSync(['{packages,apps}/*/package.json', '{e2e,docs,bench}/package.json'], { cwd: root }).flatMap(
    (path) => read(path) ?? [],
  )
}

function read(path: string): Manifest | undefined {
  return existsSync(root + path) ? (JSON.parse(readFileSync(root + path, 'utf8')) as Manifest) : undefined // npm's own format.
}
