import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { importBreaches, sourceFiles } from '../check/imports.ts'
import { testFiles, testImportBreaches } from '../check/test-imports.ts'
import { root } from '../workspace.ts'

const breaches = (path: string, text: string) => importBreaches([{ path, text }])

describe('the check of the import graph', () => {
  it('finds nothing in the workspace', () => {
    const files = sourceFiles(root)
    expect(files.length).toBeGreaterThan(20)
    expect(importBreaches(files)).toEqual([])
  })

  it('fails when the core imports anything but xstate', () => {
    expect(breaches('packages/core/src/x.ts', "import { readFileSync } from 'node:fs'")).toHaveLength(1)
    expect(breaches('packages/core/src/x.ts', "export { Realtime } from 'ably'")).toHaveLength(1)
    expect(breaches('packages/core/src/x.ts', "const lazy = () => import('react')")).toHaveLength(1)
    expect(breaches('packages/core/src/x.ts', 'const lazy = () => import(name)')).toHaveLength(1)
    expect(breaches('packages/core/src/x.ts', "import { setup } from 'xstate'")).toEqual([])
  })

  it('fails when the core reads a clock, a timer, chance or a host', () => {
    for (const text of [
      'Date.now()',
      'new Date()',
      'Math.random()',
      'setTimeout(f, 1)',
      'console.log(1)',
      'fetch(url)',
      'globalThis.x',
    ]) {
      expect(breaches('packages/core/src/x.ts', text), text).toHaveLength(1)
    }
    expect(breaches('packages/ably/src/x.ts', 'setTimeout(f, 1)')).toEqual([])
  })

  it('fails when a package reaches into another, or is not in the table', () => {
    expect(breaches('packages/agent/src/x.ts', "import { reduce } from '../../core/src/reduce.ts'")).toHaveLength(1)
    expect(breaches('packages/local-ably/src/x.ts', "import { reduce } from '@streamfold/core'")).toHaveLength(1)
    expect(breaches('packages/new/src/x.ts', '')).toHaveLength(1)
  })

  it('fails when the client names an adapter, and when a binding names one outside the file that opens a conversation', () => {
    expect(breaches('packages/client/src/x.ts', "import type { RealtimeChannel } from 'ably'")).toHaveLength(1)
    expect(breaches('packages/client/src/x.ts', "import { ablyTransport } from '@streamfold/ably'")).toHaveLength(1)
    for (const [binding, opens] of [
      ['react', 'use-opened.ts'],
      ['vue', 'use-opened.ts'],
      ['svelte', 'use-opened.svelte.ts'],
    ]) {
      const text = "import { ablyTransport } from '@streamfold/ably'"
      expect(breaches(`packages/${binding}/src/use-message.ts`, text)).toHaveLength(1)
      expect(breaches(`packages/${binding}/src/${opens}`, text)).toEqual([])
    }
  })

  it('fails when the sources of a package or an app import test support', () => {
    const homes = new Set(sourceFiles(root).map(({ path }) => path.split('/').slice(0, 2).join('/')))
    expect(homes).toContain('packages/test-support')
    homes.delete('packages/test-support') // It may import itself.
    homes.delete('packages/conformance') // Private, and its sources try layers as tests do.
    expect(homes.size).toBeGreaterThan(10)
    for (const home of homes) {
      expect(breaches(`${home}/src/x.ts`, "import { serve } from '@streamfold/test-support/serve'"), home).toHaveLength(1)
      expect(breaches(`${home}/src/x.ts`, "import { serve } from '../../test-support/src/serve.ts'"), home).toHaveLength(1)
    }
  })

  it('keeps test support out of what a product installs', () => {
    for (const path of globSync('packages/*/package.json', { cwd: root })) {
      const { dependencies, peerDependencies } = JSON.parse(readFileSync(root + path, 'utf8')) as Record<
        string,
        object | undefined
      >
      expect({ ...dependencies, ...peerDependencies }, path).not.toHaveProperty('@streamfold/test-support')
    }
  })

  it('fails when a file imports from the test folder of another package', () => {
    const files = testFiles(root)
    expect(files.length).toBeGreaterThan(200)
    expect(testImportBreaches(files)).toEqual([])
    const other = (path: string, text: string) => testImportBreaches([{ path, text }])
    expect(other('packages/vue/test/x.test.ts', "import { serve } from '../../ably/test/fixture.ts'")).toHaveLength(1)
    expect(other('e2e/bindings/x.ts', "const lazy = () => import('../../packages/react/test/driver.ts')")).toHaveLength(1)
    expect(other('packages/vue/test/wire/x.test.ts', "import { serve } from '../fixture.ts'")).toEqual([])
  })

  it('reads the script of a Vue component', () => {
    expect(
      breaches('apps/vue/src/App.vue', '<template><p/></template><script setup lang="ts">import \'react\'</script>'),
    ).toHaveLength(1)
  })

  it('reads the scripts of a Svelte component', () => {
    const text = '<script module lang="ts">import \'vue\'</script>\n<script lang="ts">import \'react\'</script>\n<p></p>'
    expect(breaches('packages/svelte/src/x.svelte', text)).toHaveLength(2)
  })
})
