import { describe, expect, it } from 'vitest'
import { laws } from '../src/laws/laws.ts'
import type { Answer } from '../src/harness/try-law.ts'
import type { Column } from '../src/report/results.ts'
import { staleness } from '../src/report/stale.ts'
import { tableOf } from '../src/report/table.ts'
import { modelLayer } from './model-layer.ts'

const layer = { ...modelLayer(), packages: ['ably'] }
const { id, name, setUp, address } = layer
const answers = Object.fromEntries(laws.map((law) => [law.id, { answer: 'yes' as const }]))
const about = { date: '2026-11-28', rounds: 3, node: '24.21.0' }
const column: Column = { id, name, setUp, address, ...about, versions: { ably: '2.28.0' }, source: 'abc', answers }

const staleNow = (results: readonly Column[], version = '2.28.0', source = 'abc') =>
  staleness(
    results,
    [layer],
    laws,
    () => ({ ably: version }),
    () => source,
  )

describe('the results', () => {
  it('hold while nothing has changed', () => {
    expect(staleNow([column])).toEqual([])
  })

  it.each([
    ['another release', staleNow([column], '2.29.0'), 'ably is 2.29.0 and was 2.28.0'],
    ['another law, harness or layer', staleNow([column], '2.28.0', 'abd'), 'the laws or the layer have changed since 2026-11-28'],
    ['no column', staleNow([]), 'they are of nothing and not of model'],
    ['a law that was not tried', staleNow([{ ...column, answers: {} }]), 'they are of other laws'],
    ['another set-up', staleNow([{ ...column, setUp: 'as it was' }]), 'it is described otherwise now'],
  ])('are stale after %s', (_, found, reason) => {
    expect(found).toEqual([expect.stringContaining(reason)])
    expect(found[0]).toMatch(/run pnpm conformance$/)
  })
})

describe('the table', () => {
  it('counts what is kept of what applies, and gives a reason for each no', () => {
    const [first, second, third, ...others] = laws
    const mixed: Record<string, Answer> = {
      [first!.id]: { answer: 'no', reason: 'it shows <c1> | {x}' },
      [second!.id]: { answer: 'by design', reason: 'its documentation says so' },
      [third!.id]: { answer: 'not applicable', reason: 'it has no such fault' },
      ...Object.fromEntries(others.map((law) => [law.id, { answer: 'yes' as const }])),
    }
    const table = tableOf([{ ...column, answers: mixed }], laws)
    expect(table).toContain(`| **kept, of those that apply** | ${others.length} of ${others.length + 1} |`)
    expect(table).toContain(
      `| model | [${first!.id}](#${first!.id}) | it shows &lt;c1> \\| &#123;x} | \`node scripts/model.mjs ${first!.id}\` | \`pnpm conformance model/${first!.id}\` |`,
    )
    expect(table).toContain('by design: its documentation says so')
    expect(table).toContain('does not apply: it has no such fault')
  })

  it('says of a law that is new that it was not tried', () => {
    const [first, ...others] = laws
    const old = Object.fromEntries(others.map(({ id }) => [id, { answer: 'yes' as const }]))
    expect(tableOf([{ ...column, answers: old }], laws)).toContain(`${first!.question} | not tried |`)
  })
})
