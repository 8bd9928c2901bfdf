import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../scripts/workspace.ts'

/** A separate product, outside the workspace. */
export interface Scratch {
  readonly name: string
  readonly folder: string
  /** What installing it without its development dependencies brought. */
  readonly installed: Installed
  /** Runs a command in it, with what is given in its environment. Throws with its output when it fails. */
  run(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>
  remove(): void
}

export interface Installed {
  readonly packages: readonly string[]
  readonly files: number
  readonly bytes: number
}

interface Manifest {
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
}

/** Copies a consumer out of the workspace and installs it with npm. */
export async function createScratch(name: string, registry: string): Promise<Scratch> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `streamfold-${name}-`)))
  cpSync(`${root}e2e/consumers/products/${name}`, folder, { recursive: true })
  writeFileSync(join(folder, '.npmrc'), `registry=${registry}\naudit=false\nfund=false\nupdate-notifier=false\n`)
  const path = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest // Ours.
  const pinned = { ...manifest, dependencies: pin(manifest.dependencies), devDependencies: pin(manifest.devDependencies) }
  writeFileSync(path, JSON.stringify(pinned, undefined, 2))
  const run: Scratch['run'] = (command, args, env = {}) => runIn(folder, command, args, env)
  await run('npm', ['install', '--omit=dev'])
  const installed = measure(join(folder, 'node_modules'))
  await run('npm', ['install'])
  return { name, folder, installed, run, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** In the words of the report. */
export function sizeOf({ packages, files, bytes }: Installed): string {
  return `${packages.length} packages, ${files} files, ${Math.round(bytes / 1024)} KiB installed`
}

/** The environment of a program outside the workspace: with our Node, but nothing else of the workspace or of its pnpm. */
export function outside(env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm|pnpm)_/i.test(name))
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return {
    ...Object.fromEntries(own),
    PATH: [dirname(process.execPath), ...folders].join(delimiter),
    CI: 'true',
    NO_COLOR: '1',
    ...env,
  }
}

async function runIn(
  cwd: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const options = { cwd, env: outside(env), timeout: 300_000, shell: process.platform === 'win32' }
  try {
    const { stdout } = await promisify(execFile)(command, args, options)
    return stdout
  } catch (cause) {
    const { message, stdout, stderr } = cause as Error & { stdout: string; stderr: string } // As execFile says.
    throw new Error(`${message}\n${stdout}\n${stderr}`, { cause })
  }
}

const catalog = new Map(
  [...readFileSync(`${root}pnpm-workspace.yaml`, 'utf8').matchAll(/^ {2}'?([@\w/.-]+)'?: (\d\S*)$/gm)].map(
    ([, name, version]) => [name!, version!],
  ),
)

/** Other people's packages in the versions of our catalog; ours as they are asked for. */
function pin(dependencies: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dependencies).map(([name, range]) => {
      const version = range === 'catalog:' ? catalog.get(name) : range
      if (version === undefined)
        throw new Error(`unable to install ${name}; the catalog of pnpm-workspace.yaml has no version of it`)
      return [name, version]
    }),
  )
}

function measure(modules: string): Installed {
  const entries = readdirSync(modules, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const packages = readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(modules, name)).map((part) => `${name}/${part}`) : [name]))
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
  return { packages, files: files.length, bytes }
}
