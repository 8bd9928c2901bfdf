import { describe, expect, it } from 'vitest'
import { importCycles } from '../check/cycles.ts'
import { sourceFiles } from '../check/imports.ts'
import { layerBreaches } from '../check/layers.ts'
import { root } from '../workspace.ts'

const file = (path: string, text: string) => ({ path, text })

describe('the check of import cycles', () => {
  it('finds none in the workspace', () => {
    expect(importCycles(sourceFiles(root))).toEqual([])
  })

  it('finds one through types, through exports and through a lazy import', () => {
    const cycle = [
      file('packages/x/src/a.ts', "import type { B } from './b.ts'\nexport type A = B"),
      file('packages/x/src/b.ts', "export * from './c/c.ts'"),
      file('packages/x/src/c/c.ts', "export const lazy = () => import('../a.ts')"),
      file('packages/x/src/d.ts', "import './a.ts'"),
    ]
    expect(importCycles(cycle)).toEqual([
      'import cycle of 3 files: packages/x/src/a.ts → packages/x/src/b.ts → packages/x/src/c/c.ts → packages/x/src/a.ts',
    ])
    expect(importCycles(cycle.slice(1))).toEqual([])
  })

  it('tells two cycles apart', () => {
    const pair = (name: string) => [
      file(`packages/${name}/src/a.ts`, "import './b.ts'"),
      file(`packages/${name}/src/b.ts`, "import './a.ts'"),
    ]
    expect(importCycles([...pair('x'), ...pair('y')])).toHaveLength(2)
  })
})

describe('the check of the layers', () => {
  it('finds nothing in the workspace', () => {
    expect(layerBreaches(sourceFiles(root))).toEqual([])
  })

  it('fails where an import goes up, sideways, or to an entry', () => {
    const inFold = (text: string) => layerBreaches([file('packages/core/src/fold/x.ts', text)])
    expect(inFold("import type { A } from '../messages/a.ts'")).toHaveLength(1)
    expect(inFold("import type { A } from '../codecs/ai-transport/a.ts'")).toHaveLength(1)
    expect(inFold("export * from '../index.ts'")).toHaveLength(1)
    expect(
      inFold("import { a } from './a.ts'\nimport { b } from '../protocol/b.ts'\nimport { c } from '../shared/c.ts'"),
    ).toEqual([])
    expect(layerBreaches([file('packages/core/src/index.ts', "export * from './fold/a.ts'")])).toEqual([])
    expect(layerBreaches([file('packages/core/src/new/x.ts', '')])).toHaveLength(1)
  })
})
