// Our packages are not on a registry yet, and nobody owns their names there: a command that fetches one would run what a stranger registers.
// Goes when the packages are published.
import { globSync, readFileSync } from 'node:fs'
import { root } from '../workspace.ts'
import type { SourceFile } from './imports.ts'

/** Texts that people read: documents, messages of programs, texts of the apps, settings of editors. */
const texts = [
  '*.{md,json}',
  '.{changeset,ci,codesandbox,devcontainer,github}/**/*',
  '{packages,apps}/*/*.{md,json,html}',
  '{packages,apps}/*/{src,examples}/**/*.{ts,tsx,vue,svelte,md}',
  'docs/{.vitepress,pages,reference}/**/*.{md,ts,vue}',
  '{bench,e2e}/**/*.{md,ts,tsx,json}',
  'scripts/*.ts',
]
const excluded = /(^|[/\\])(node_modules|dist|results|cache|tarballs)([/\\]|$)/

const restOfLine = /((?:[ \t]+[^\s`"'|&;()<>]+)+)/.source
/** Programs that fetch what they are asked to run, and those that install it; the rest of a command follows. */
const runs = [
  new RegExp(String.raw`\b(?:npx|pnpx|bunx)${restOfLine}`, 'g'),
  new RegExp(
    String.raw`\b(?:npm (?:exec|x|init|create)|(?:pnpm|yarn)(?:@[\w.]+)? (?:dlx|create)|bun (?:x|create))\b${restOfLine}`,
    'g',
  ),
]
const installs = new RegExp(String.raw`\b(?:npm|pnpm|yarn|bun|deno)(?:@[\w.]+)? (?:install|i|add|update|up)\b${restOfLine}`, 'g')

/** @returns one line for each command that would fetch one of our names */
export function registryBreaches(files: readonly SourceFile[], names: ReadonlySet<string>): string[] {
  return files.flatMap(({ path, text }) => {
    // A command may go on in the next line; lines stay lines.
    const lines = text.replaceAll(/\\\n/g, '  ').split('\n')
    return lines.flatMap((line, index) =>
      [...fetched(line)]
        .filter((word) => isOurs(word, names))
        .map(
          (word) =>
            `${path}:${index + 1}: fetches ${word} from a registry, where it is nobody’s; see docs/pages/guide/install.md`,
        ),
    )
  })
}

/** The names of our packages and programs. */
export function ourNames(): ReadonlySet<string> {
  const manifests = globSync('{packages,apps}/*/package.json', { cwd: root }).map(
    (path) => JSON.parse(readFileSync(root + path, 'utf8')) as { name: string; bin?: Record<string, string> }, // npm's own format
  )
  return new Set(manifests.flatMap(({ name, bin }) => [name, ...Object.keys(bin ?? {})]))
}

export function readerTexts(): SourceFile[] {
  const paths = texts.flatMap((pattern) =>
    globSync(pattern, { cwd: root, withFileTypes: true, exclude: (entry) => excluded.test(entry.name) }),
  )
  return paths
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((path) => ({ path: path.slice(root.length).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }))
}

function* fetched(line: string): Iterable<string> {
  for (const [, rest = ''] of runs.flatMap((pattern) => [...line.matchAll(pattern)])) {
    const words = rest.trim().split(/\s+/)
    // It runs what is installed, and nothing else. Without a -- the name would be taken for the value of --no.
    if (/^(?:--no --|--no-install)(?:\s|$)/.test(rest.trim())) continue
    for (const [index, word] of words.entries()) {
      if (word.startsWith('--package=')) yield word.slice('--package='.length)
      else if (word === '--package' || word === '-p') yield words[index + 1] ?? ''
    }
    yield words.find((word) => !word.startsWith('-')) ?? ''
  }
  for (const [, rest = ''] of line.matchAll(installs)) yield* rest.trim().split(/\s+/)
}

function isOurs(word: string, names: ReadonlySet<string>): boolean {
  // Without an alias or a version in front or behind, and without what ends a sentence.
  const name = word
    .replace(/^(?:[\w@/.-]+@)?npm:/, '')
    .replace(/(?<=.)@[^/]*$/, '')
    .replace(/[.,:;!?…*_]+$/, '')
  return names.has(name) || name.startsWith('@streamfold/')
}
