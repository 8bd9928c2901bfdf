import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../', import.meta.url)
const blocks = readFileSync(new URL('README.md', root), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)
const shown = Array.from(blocks, ([, code]) => code!)

// The examples are part of what `tsc -p packages/agent` checks.
test.each(globSync('examples/*.ts', { cwd: root.pathname }))('%s is in the README as it is checked, in ten lines', (path) => {
  const code = readFileSync(new URL(path, root), 'utf8')
  expect(shown).toContain(code)
  expect(code.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(10)
})

test('the README shows nothing else', () => {
  expect(shown).toHaveLength(globSync('examples/*.ts', { cwd: root.pathname }).length)
})
