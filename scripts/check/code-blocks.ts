// Checks the code in documents: TypeScript, Vue and Svelte against the packages' types, JSON and commands by form.
import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { root } from '../workspace.ts'
import { commandBreach } from './commands.ts'
import type { Block, Document } from './markdown.ts'
import { documents } from './markdown.ts'

/** The folder of blocks while they are checked: there they resolve imports as a product would. */
const scratch = `${root}docs/.code/`
const compiled = new Set(['ts', 'tsx', 'vue', 'svelte'])

/** A block as a file. */
interface Placed {
  readonly document: string
  readonly block: Block
  /** From `scratch`. */
  readonly path: string
}

/** Checks every document's code for `pnpm check`: one line for each error. */
export function codeBlockBreaches(): Promise<string[]> {
  return breachesOf(documents().filter(({ path }) => !path.startsWith('docs/pages/reference/')))
}

export async function breachesOf(all: readonly Document[], folder = scratch): Promise<string[]> {
  const formal = all.flatMap(({ path, blocks }) =>
    blocks.flatMap((block) => {
      const reason = formOf(block, blocks)
      return reason === undefined ? [] : [`${path}:${block.line}: ${reason}`]
    }),
  )
  const placed = all.flatMap(place)
  rmSync(folder, { recursive: true, force: true })
  for (const { path, block } of placed) write(folder + path, content(block))
  // Vue's and Svelte's compilers are needed where there is Vue or Svelte, and are slower.
  const others = placed.filter(({ block }) => block.language !== 'svelte')
  const withVue = new Set(others.filter(({ block }) => block.language === 'vue').map(({ document }) => document))
  const withSvelte = new Set(placed.filter(({ block }) => block.language === 'svelte').map(({ document }) => document))
  const svelte = placed.filter(
    ({ document, block: { language } }) => language === 'svelte' || (withSvelte.has(document) && !withVue.has(document)),
  )
  const [vue, plain] = [
    others.filter(({ document }) => withVue.has(document)),
    others.filter(({ document }) => !withVue.has(document)),
  ]
  const found = await Promise.all([
    compile('node_modules/.bin/tsc', plain, folder, 'plain'),
    compile('docs/node_modules/.bin/vue-tsc', vue, folder, 'vue'),
    compileSvelte(svelte, folder),
  ])
  return [...formal, ...found.flat()]
}

function place({ path: document, blocks }: Document): Placed[] {
  const home = document.replaceAll(/[^\w.]+/g, '-')
  return blocks.flatMap((block, n) => {
    if (!compiled.has(block.language)) return []
    return [{ document, block, path: `${home}/${block.file ?? `block-${n + 1}.${block.language}`}` }]
  })
}

/** Given declarations follow the code, where they move no line; every block is a separate module. */
function content({ language, code, given }: Block): string {
  if (language === 'vue' || language === 'svelte') {
    return given === '' ? code : code.replace('</script>', () => `${given}\n</script>`)
  }
  return `${code}\n${given}\nexport {}\n`
}

async function compile(compiler: string, placed: readonly Placed[], folder: string, name: string): Promise<string[]> {
  if (placed.length === 0) return []
  const output = await outputOf(root + compiler, ['-p', configure(placed, folder, name), '--pretty', 'false'])
  const errors = [...output.matchAll(/^(.+?)\((\d+),\d+\): error (TS\d+: .*)$/gm)]
  if (output.trim() !== '' && errors.length === 0) return [`the code blocks could not be checked: ${output.trim()}`]
  return errors.flatMap(([, file, line, text]) => breachAt(placed, file!, Number(line), text!)) // Three groups of each.
}

async function compileSvelte(placed: readonly Placed[], folder: string): Promise<string[]> {
  if (placed.length === 0) return []
  // Otherwise it would run a configuration that a document shows.
  const config = `${folder}svelte.config.js`
  write(config, 'export default {}\n')
  const tsconfig = configure(placed, folder, 'svelte')
  const args = ['--workspace', folder, '--config', config, '--tsconfig', tsconfig, '--output', 'machine']
  const output = await outputOf(`${root}docs/node_modules/.bin/svelte-check`, args)
  if (!/^\d+ COMPLETED /m.test(output)) return [`the code blocks could not be checked: ${output.trim()}`]
  const errors = [...output.matchAll(/^\d+ (?:ERROR|WARNING) "(.+?)" (\d+):\d+ "(.*)"$/gm)]
  return errors.flatMap(([, file, line, text]) => breachAt(placed, file!, Number(line), text!)) // Likewise.
}

/** Errors elsewhere are of the packages themselves, and the check of types says them. */
function breachAt(placed: readonly Placed[], file: string, line: number, text: string): string[] {
  const at = placed.find(({ path }) => file.replaceAll('\\', '/').endsWith(path))
  return at ? [`${at.document}:${at.block.line + line}: ${text}`] : []
}

/** @returns the path of a configuration for these files */
function configure(placed: readonly Placed[], folder: string, name: string): string {
  const compilerOptions = {
    noEmit: true,
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    types: ['node', 'vite/client', 'svelte'],
    declaration: false,
    declarationMap: false,
    jsx: 'react-jsx',
    module: 'ESNext',
    moduleResolution: 'Bundler',
    noUnusedLocals: false,
    noUnusedParameters: false,
    rewriteRelativeImportExtensions: false,
  }
  const config = `${folder}tsconfig.${name}.json`
  const files = [`${root}docs/next-server.d.ts`, ...placed.map(({ path }) => path)]
  write(config, JSON.stringify({ extends: `${root}tsconfig.base.json`, compilerOptions, files }))
  return config
}

function outputOf(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, shell: process.platform === 'win32' })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.once('error', reject)
    child.once('close', () => resolve(output))
  })
}

/** The error of a block that no compiler checks. */
function formOf({ language, code }: Block, beside: readonly Block[]): string | undefined {
  if (compiled.has(language)) return undefined
  switch (language) {
    case 'json':
      return attempt(() => JSON.parse(code))
    case 'sh':
      return commandBreach(code, beside)
    case 'ini': {
      const odd = code.split('\n').find((line) => !/^(\s*|#.*|[A-Z][A-Z0-9_]*=.*)$/.test(line))
      return odd === undefined ? undefined : `${odd} is not NAME=value`
    }
    case 'html': {
      const scripts = [...code.matchAll(/<script[^>]*\ssrc="\/([^"]+)"/g)].map(([, path]) => path)
      const lost = scripts.find((path) => !beside.some(({ file }) => file === path))
      return lost === undefined ? undefined : `loads ${lost}, which is no block of this page`
    }
    // Drawn, or printed by a program.
    case 'mermaid':
    case 'text':
      return undefined
    default:
      return `nothing checks a block of "${language}": ts, tsx, vue, svelte, json, sh, ini and html are checked, text is not`
  }
}

function attempt(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
