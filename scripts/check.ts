// pnpm check: format, lint, types, imports, layers and cycles, phrases, the table of conformance, unused code, sizes, packages, code blocks, names on
// registries, links, and the built documentation: its search, and its pages on a phone.
import { codeBlockBreaches } from './check/code-blocks.ts'
import { importCycles } from './check/cycles.ts'
import { importBreaches, sourceFiles } from './check/imports.ts'
import { layerBreaches } from './check/layers.ts'
import { linkBreaches } from './check/links.ts'
import { packageBreaches } from './check/packages.ts'
import { phraseBreaches, proseFiles } from './check/phrases.ts'
import { ourNames, readerTexts, registryBreaches } from './check/registry-names.ts'
import { searchBreaches } from './check/search.ts'
import { sizeBreaches } from './check/sizes.ts'
import { testFiles, testImportBreaches } from './check/test-imports.ts'
import { saveCounts } from './results.ts'
import { run } from './run.ts'
import { root } from './workspace.ts'

const checks: Record<string, () => boolean | Promise<boolean>> = {
  format: () => run('oxfmt', ['--check', '.']),
  lint: () => run('oxlint', []),
  types: () =>
    run('turbo', ['run', 'types', '--output-logs=errors-only']) && run('tsc', ['-p', 'scripts/tsconfig.json', '--noEmit']),
  imports: () => none([...importBreaches(sourceFiles(root)), ...testImportBreaches(testFiles(root))]),
  layers: () => none([...importCycles(sourceFiles(root)), ...layerBreaches(sourceFiles(root))]),
  phrases: () => none(phraseBreaches(proseFiles(root))),
  conformance: () => run('node', ['--conditions=streamfold-source', '--no-warnings', 'packages/conformance/src/report/check.ts']),
  unused: () => run('knip', ['--config', 'scripts/check/knip.json']),
  sizes: async () => none(await sizeBreaches()),
  packages: async () =>
    run('turbo', ['run', 'build', '--filter=./packages/*', '--output-logs=errors-only']) && none(await packageBreaches()),
  'code blocks': async () => none(await codeBlockBreaches()),
  'registry names': () => none(registryBreaches(readerTexts(), ourNames())),
  links: () =>
    run('turbo', ['run', 'reference', '--filter=@streamfold/docs', '--output-logs=errors-only']) && none(linkBreaches()),
  search: async () => site() && none(await searchBreaches()),
  'docs on a phone': () => site() && run('node', ['docs-on-a-phone.ts'], {}, `${root}e2e/`),
}

const failed: string[] = []
for (const [name, check] of Object.entries(checks)) {
  const ok = await check()
  console.log(`${ok ? '✓' : '✗'} ${name}`)
  if (!ok) failed.push(name)
}
saveCounts('check', {
  passed: Object.keys(checks).length - failed.length,
  failed: failed.length,
  skipped: 0,
  failures: failed.map((name) => `check: ${name}`),
})
if (failed.length > 0) console.error(`\nfailed: ${failed.join(', ')}`)
process.exit(failed.length > 0 ? 1 : 0)

function site(): boolean {
  return run('turbo', ['run', 'build', '--filter=@streamfold/docs', '--output-logs=errors-only'])
}

function none(breaches: readonly string[]): boolean {
  for (const breach of breaches) console.error(breach)
  return breaches.length === 0
}
