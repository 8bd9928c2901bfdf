import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import LawsFirst from './scripts/laws-first.ts'

// Our own condition, with which tests read the packages' TypeScript unbuilt.
// `import` is not among them: where a module is imported it holds anyway, and vitest gives these to Node, where it would hold for `require`, too.
const conditions = ['streamfold-source', 'module', 'node', 'default']

// Svelte would take a test for a server: its condition for pages, `browser`, would hold for `ably`, too.
const svelteSource = fileURLToPath(new URL('src', import.meta.resolve('svelte/package.json')))
const alias = [
  { find: /^svelte$/, replacement: `${svelteSource}/index-client.js` },
  { find: /^svelte\/reactivity$/, replacement: `${svelteSource}/reactivity/index-client.js` },
]

const include = ['packages/*/test/**/*.test.{ts,tsx}', 'apps/*/test/**/*.test.{ts,tsx}', 'scripts/test/**/*.test.ts']

// Files of tests take turns in two processes, which load each module once: those that need a page, and leave it empty, those of these packages, and all
// others. A file that begins with `// @own-process: REASON` has a process of its own: because it counts memory or replaces modules.
const root = fileURLToPath(new URL('.', import.meta.url))
const begins = (words: RegExp) => (file: string) => words.test(readFileSync(root + file, 'utf8'))
const all = globSync(include, { cwd: root })
const alone = all.filter(begins(/^\/\/ @own-process\b/))
const onPages = all.filter(begins(/^\/\/ @vitest-environment\b/))
const ofPackages = 'packages/{ably,agent,cli,client,core,local-ably,testkit}/test/**/*.test.ts'

export default defineConfig({
  plugins: [svelte({ configFile: false })],
  resolve: { conditions, alias },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: [
      { extends: true, test: { name: 'in turn', include: [ofPackages], exclude: [...alone, ...onPages], isolate: false } },
      { extends: true, test: { name: 'others in turn', include, exclude: [ofPackages, ...alone, ...onPages], isolate: false } },
      {
        extends: true,
        test: { name: 'on pages in turn', include: onPages, isolate: false, setupFiles: ['scripts/empty-page.ts'] },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
    // By itself vitest leaves one core free: half of a machine that has two.
    maxWorkers: '100%',
    sequence: { sequencer: LawsFirst },
    setupFiles: ['scripts/vitest-setup.ts'],
    expect: { poll: { timeout: 20_000 } },
    // A limit for tests that hang, and no measure of speed: laws take minutes on a busy machine.
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
})
