import { describe, expect, it } from 'vitest'
import type { Manifest } from '../check/packages.ts'
import { manifestBreaches } from '../check/packages.ts'
import { overrides } from '../pack.ts'

const good: Manifest = {
  name: '@streamfold/core',
  version: '0.1.0',
  description: 'folds',
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=20' },
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  dependencies: { xstate: '^5.0.0' },
}
const files = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.js.map', 'dist/index.d.ts']

describe('a published manifest', () => {
  it('that keeps what every package promises has no breach', () => {
    expect(manifestBreaches(good, files)).toEqual([])
  })

  it.each<[string, Partial<Manifest>, string]>([
    ['types not first', { exports: { '.': { default: './a.js', types: './a.d.ts' } } }, 'exports["."] does not begin with types'],
    [
      'unbuilt sources',
      { exports: { '.': { types: './a.d.ts', 'streamfold-source': './a.ts' } } },
      'exports["."] offers unbuilt sources',
    ],
    [
      'a range of the workspace',
      { dependencies: { ws: 'catalog:' } },
      'depends on ws as catalog:, which only a workspace understands',
    ],
    ['another Node', { engines: { node: '>=18' } }, 'engines.node is not >=20'],
    ['no word on side effects', { sideEffects: undefined }, 'does not say its sideEffects'],
    ['no licence', { license: '' }, 'has no licence'],
  ])('with %s is told', (_, part, breach) => {
    expect(manifestBreaches({ ...good, ...part }, files)).toEqual([breach])
  })

  it('without its own README, or a source map, is told', () => {
    expect(manifestBreaches(good, ['LICENSE', 'dist/index.js'])).toEqual([
      'has no README.md of its own',
      'dist/index.js has no source map',
    ])
  })
})

it('pnpm is told where each tarball is', () => {
  const folder = '/a folder/.streamfold/tarballs/'
  const names = ['streamfold-0.1.0.tgz', 'streamfold-ai-sdk-0.1.0.tgz']
  expect(overrides(names.map((name) => folder + name))).toBe(`overrides:
  'streamfold': 'file:/a folder/.streamfold/tarballs/streamfold-0.1.0.tgz'
  '@streamfold/ai-sdk': 'file:/a folder/.streamfold/tarballs/streamfold-ai-sdk-0.1.0.tgz'
`)
})
