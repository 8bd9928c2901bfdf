// Checks the published packages as a product's tools do: publint, are-the-types-wrong, and the promises of every manifest.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import type { Package, Problem } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { pack } from '../pack.ts'

/** The part of a published manifest that the rules are about. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: unknown
  readonly engines?: { readonly node?: string }
  readonly exports?: unknown
  readonly dependencies?: Readonly<Record<string, string>>
}

/** The Node a package asks for, where it is not that of all. */
const engines: Readonly<Record<string, string>> = { '@streamfold/local-ably': '>=22.13', streamfold: '>=20.12' }

/** Packs what is built. @returns one line for each breach. */
export async function packageBreaches(): Promise<string[]> {
  const packed = pack().map((path) => ({ path, content: createPackageFromTarballData(readFileSync(path)) }))
  const manifests = packed.map(({ content }) => manifestOf(content))
  const versions = new Set(manifests.map(({ version }) => version))
  const found = await Promise.all(
    packed.map(async ({ path, content }, n) => {
      const { name } = manifests[n]!
      const breaches = [
        ...manifestBreaches(
          manifests[n]!,
          content.listFiles().map((file) => file.replace(`/node_modules/${name}/`, '')),
        ),
        ...(await publintBreaches(path)),
        ...(await typeBreaches(content)),
      ]
      return breaches.map((breach) => `${name}: ${breach}`)
    }),
  )
  const one = versions.size === 1 ? [] : [`the packages have versions ${[...versions].join(', ')}; they have one together`]
  return [...one, ...found.flat()]
}

/** The promises that a manifest and its files break. */
export function manifestBreaches(manifest: Manifest, files: readonly string[]): string[] {
  const breaches: string[] = []
  const node = engines[manifest.name] ?? '>=20'
  if (!manifest.description) breaches.push('has no description')
  if (!manifest.license || !files.includes('LICENSE')) breaches.push('has no licence')
  if (!files.includes('README.md')) breaches.push('has no README.md of its own')
  if (manifest.type !== 'module') breaches.push('type is not "module"')
  if (manifest.sideEffects === undefined) breaches.push('does not say its sideEffects')
  if (manifest.engines?.node !== node) breaches.push(`engines.node is not ${node}`)
  for (const [path, conditions] of Object.entries(manifest.exports ?? {})) {
    const names = typeof conditions === 'object' && conditions !== null ? Object.keys(conditions) : []
    if (names.length > 0 && names[0] !== 'types') breaches.push(`exports["${path}"] does not begin with types`)
    if (names.includes('streamfold-source')) breaches.push(`exports["${path}"] offers unbuilt sources`)
  }
  for (const [name, range] of Object.entries(manifest.dependencies ?? {}))
    if (/^(workspace|catalog):/.test(range)) breaches.push(`depends on ${name} as ${range}, which only a workspace understands`)
  for (const file of files) if (file.endsWith('.js') && !files.includes(`${file}.map`)) breaches.push(`${file} has no source map`)
  return breaches
}

async function publintBreaches(path: string): Promise<string[]> {
  const tarball = readFileSync(path)
  const { messages, pkg } = await publint({
    pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length) },
    strict: true,
  })
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`)
}

/** ESM only, as every package says: what an old resolver or a `require` would find is not asked. */
async function typeBreaches(content: Package): Promise<string[]> {
  const analysis = await checkPackage(content)
  if (!analysis.types) return ['are-the-types-wrong: has no types']
  return analysis.problems
    .filter((problem) => !isOfOldResolution(problem))
    .map((problem) => `are-the-types-wrong: ${JSON.stringify(problem)}`)
}

function isOfOldResolution(problem: Problem): boolean {
  const resolution =
    'resolutionKind' in problem ? problem.resolutionKind : 'resolutionOption' in problem ? problem.resolutionOption : ''
  return resolution === 'node10' || resolution === 'node16-cjs'
}

function manifestOf(content: Package): Manifest {
  const path = `/node_modules/${content.packageName}/package.json`
  const text = content.tryReadFile(path)
  if (text === undefined) throw new Error(`unable to read ${basename(path)} of ${content.packageName}; pack it again`)
  return JSON.parse(text) as Manifest // Written by pnpm.
}
