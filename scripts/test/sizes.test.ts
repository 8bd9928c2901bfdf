import { describe, expect, it } from 'vitest'
import type { Size } from '../check/sizes.ts'
import { breachesOf, bundles, filesOf, measureSizes, sizeOf, sizeTable } from '../check/sizes.ts'

const sizes: readonly Size[] = bundles.map((bundle) => ({ ...bundle, bytes: bundle.id === 'ai-transport' ? 17_000 : 5_000 }))
const readme = (table: string) => `# Title\n\n<!-- sizes -->\n\n${table}\n\n<!-- /sizes -->\n`
const grown = (id: string, bytes: number) => sizes.map((size) => (size.id === id ? { ...size, bytes } : size))
const told = (measured: readonly Size[]) => breachesOf(measured, readme(sizeTable(measured)))

describe('the check of sizes', () => {
  it('finds nothing where all is within its budget and told as it is', () => {
    expect(told(sizes)).toEqual([])
  })

  it('fails over a budget', () => {
    const core = (bytes: number) => grown('core', bytes).map(({ ceiling: _ceiling, ...size }) => size)
    expect(told(core(15.5 * 1024 + 1))).toEqual(['size of core: 15.5 KiB is over its budget of 15.5 KiB'])
    expect(told(core(15.5 * 1024))).toEqual([])
  })

  it('fails when we weigh no less than @ably/ai-transport', () => {
    const bare = grown('react', 17_000).map(({ ceiling: _ceiling, ...size }) => size)
    expect(told(bare)).toEqual([expect.stringContaining('is not below')])
  })

  it('keeps a size that is over its budget under its ceiling, and says in the table that the budget is not met', () => {
    const over = grown('react', 18 * 1024).map((size) => (size.id === 'react' ? { ...size, ceiling: 19 } : size))
    expect(told(over)).toEqual([])
    expect(sizeTable(over)).toContain('at most 17: **not met**')
    const grownOn = over.map((size) => (size.id === 'react' ? { ...size, bytes: 19 * 1024 + 1 } : size))
    expect(told(grownOn)).toEqual(['size of react: 19.0 KiB is over its budget of 19 KiB'])
  })

  it('fails when the README tells another size, or none', () => {
    expect(breachesOf(sizes, readme(sizeTable(grown('core', 9_000))))).toEqual([expect.stringContaining('--write')])
    expect(breachesOf(sizes, readme(sizeTable(sizes).replace('at most', 'about')))).toEqual([expect.stringContaining('--write')])
    expect(breachesOf(sizes, readme(sizeTable(sizes.slice(1))))).toEqual([expect.stringContaining('--write')])
    expect(breachesOf(sizes, '# Title')).toEqual([expect.stringContaining('there is no')])
  })

  it('lets a few bytes tip a tenth over', () => {
    expect(breachesOf(sizes, readme(sizeTable(grown('core', 5_150))))).toEqual([])
    expect(breachesOf(sizes, readme(sizeTable(grown('core', 5_500))))).toEqual([expect.stringContaining('--write')])
  })

  it('measures what a page would load: no machine, no xstate, no framework', async () => {
    const measured = await measureSizes()
    const of = (id: string) => measured.find((size) => size.id === id)!.bytes
    const files = async (id: string) => (await filesOf(bundles.find((bundle) => bundle.id === id)!)).join('\n')
    for (const id of ['core', 'react', 'vue', 'svelte', 'ai-sdk']) expect(await files(id)).not.toMatch(/xstate|\/machines\//)
    expect(await files('core-whole')).toMatch(/xstate/)
    expect(of('core')).toBeLessThan(of('react'))
    expect(measured.every(({ bytes }) => bytes > 1_000)).toBe(true)
  })

  it('fails when a module is not there', async () => {
    await expect(sizeOf({ id: 'x', title: 'x', source: `export * from '@streamfold/none'`, from: 'bench' })).rejects.toThrow()
  })
})
