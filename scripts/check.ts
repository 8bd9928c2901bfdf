// pnpm check: format, lint, types, import direction, unused code.
import { importBreaches, sourceFiles } from './check/imports.ts'
import { saveCounts } from './results.ts'
import { run } from './run.ts'
import { root } from './workspace.ts'

const checks: Record<string, () => boolean> = {
  format: () => run('oxfmt', ['--check', '.']),
  lint: () => run('oxlint', []),
  types: () =>
    run('turbo', ['run', 'types', '--output-logs=errors-only']) && run('tsc', ['-p', 'scripts/tsconfig.json', '--noEmit']),
  imports() {
    const breaches = importBreaches(sourceFiles(root))
    for (const breach of breaches) console.error(breach)
    return breaches.length === 0
  },
  unused: () => run('knip', ['--config', 'scripts/check/knip.json']),
}

const failed = Object.keys(checks).filter((name) => {
  const ok = checks[name]!()
  console.log(`${ok ? '✓' : '✗'} ${name}`)
  return !ok
})
saveCounts('check', { passed: Object.keys(checks).length - failed.length, failed: failed.length, skipped: 0 })
if (failed.length > 0) console.error(`\nfailed: ${failed.join(', ')}`)
process.exit(failed.length > 0 ? 1 : 0)
