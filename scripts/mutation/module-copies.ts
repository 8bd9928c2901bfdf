import { existsSync, readFileSync } from 'node:fs'
import { createRequire, registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { fewerRunsOf } from './fewer-runs.ts'

/** The packages that the tests of the core load from the copy of the workspace; node_modules leads to those that are not mutated. */
const copied = ['core', 'testkit', 'test-support']
const vitest = new URL('./collected-tests.ts', import.meta.url).href
const fastCheck = 'mutation:fast-check'

/**
 * Lets this process load the TypeScript of a copy of the workspace, as often as needed: each number of a copy has modules of its own.
 * @param folder of the copy, with a closing slash
 */
export function loadCopiesFrom(folder: string): (file: string, copy: number) => Promise<unknown> {
  const base = pathToFileURL(folder).href
  const entries = new Map(copied.flatMap((name) => entriesOf(folder, name)))
  const sources = new Map<string, string>()
  const real = createRequire(`${folder}packages/testkit/package.json`).resolve('fast-check')
  const fewerRuns = fewerRunsOf(pathToFileURL(real).href)

  registerHooks({
    resolve(specifier, context, next) {
      if (!context.parentURL?.startsWith(base)) return next(specifier, context)
      if (specifier === 'vitest') return { url: vitest, shortCircuit: true }
      if (specifier === 'fast-check') return { url: fastCheck, shortCircuit: true }
      const query = new URL(context.parentURL).search
      const entry = specifier.startsWith('.')
        ? new URL(specifier, context.parentURL).href.replace(/\?.*/, '')
        : entryOf(specifier)
      if (!entry) return next(specifier, context)
      return { url: `${typeScript(entry)}${query}`, shortCircuit: true }
    },
    load(url, context, next) {
      if (url === fastCheck) return { format: 'module', source: fewerRuns, shortCircuit: true }
      if (!url.startsWith(base) || !url.includes('.ts?')) return next(url, context)
      const path = fileURLToPath(url.replace(/\?.*/, ''))
      const source = sources.get(path) ?? stripTypeScriptTypes(readFileSync(path, 'utf8'))
      sources.set(path, source)
      return { format: 'module', source, shortCircuit: true }
    },
  })

  return (file, copy) => import(`${base}${file}?copy=${copy}`) as Promise<unknown>

  function entryOf(specifier: string): string | undefined {
    const pattern = /^(@streamfold\/test-support)\/(.*)$/.exec(specifier)
    return pattern ? `${base}packages/test-support/src/${pattern[2]}.ts` : entries.get(specifier)
  }
}

/** The entries of a package by the names with which they are imported. */
function entriesOf(folder: string, name: string): readonly (readonly [specifier: string, url: string])[] {
  const { exports } = JSON.parse(readFileSync(`${folder}packages/${name}/package.json`, 'utf8')) as {
    exports: Record<string, string | { 'streamfold-source': string }>
  } // The form of our packages.
  return Object.entries(exports).flatMap(([entry, paths]) =>
    typeof paths === 'string'
      ? []
      : [
          [
            `@streamfold/${name}${entry.slice(1)}`,
            pathToFileURL(`${folder}packages/${name}/${paths['streamfold-source']}`).href,
          ] as const,
        ],
  )
}

/** Sources import each other as the JavaScript that they become. */
function typeScript(url: string): string {
  const source = url.replace(/\.js$/, '.ts')
  return source === url || existsSync(fileURLToPath(source)) ? source : url
}
