import { describe, expect, it } from 'vitest'
import type { Report } from '../mutation/report.ts'
import {
  CORE,
  ENDLESS,
  hashOf,
  hasOnlyTypes,
  placesOf,
  table,
  withReport,
  withSecondRun,
  withSurvivorsAgain,
} from '../mutation/report.ts'

const source = 'export const one = 1\n'

type Mutant = Report['files'][string]['mutants'][number]

function reportOf(file: string, ...statuses: readonly Mutant['status'][]): Report {
  const location = { start: { line: 1, column: 20 }, end: { line: 1, column: 21 } }
  const mutants = statuses.map((status) => ({ status, mutatorName: 'NumericLiteral', replacement: '2', location }))
  return { files: { [`/copy/${CORE}${file}`]: { source, mutants } } }
}

describe('the results of mutation testing', () => {
  const first = withReport({}, reportOf('b.ts', 'Killed', 'Timeout', 'Survived', 'Ignored'), '2026-01-01')

  it('have the score and the survivors of a file', () => {
    expect(first).toEqual({
      'b.ts': {
        date: '2026-01-01',
        hash: hashOf(source),
        killed: 2,
        survivors: [{ file: 'b.ts', line: 'export const one = 1', change: '1 → 2' }],
      },
    })
  })

  it('of other files stay as they are, and are marked if the file has changed since', () => {
    const both = withReport(first, reportOf('a.ts', 'Killed'), '2026-02-02')
    expect(both['b.ts']).toBe(first['b.ts'])
    expect(table(both, (file) => (file === 'a.ts' ? source : `${source}//`)).slice(2)).toEqual([
      '| a.ts | 1 | 1 | 0 | 100.0 % | 2026-02-02 |',
      '| b.ts | 3 | 2 | 1 | 66.7 % | 2026-01-01, changed since |',
      '| **all** | 4 | 3 | 1 | 75.0 % |  |',
    ])
    expect(withReport(both, reportOf('b.ts', 'Killed'), '2026-03-03')['b.ts']).toMatchObject({ killed: 1, survivors: [] })
  })

  it('of mutants that ran out of time are those of a second run, unless they have no end', () => {
    const [slow, killed, survivor] = reportOf('a.ts', 'Timeout', 'Killed', 'Survived').files[`/copy/${CORE}a.ts`]!.mutants
    const one = (...mutants: readonly Mutant[]): Report => ({ files: { [`/copy/${CORE}a.ts`]: { source, mutants } } })
    const first = one({ ...slow!, replacement: '3' }, { ...slow!, replacement: '4', statusReason: ENDLESS }, killed!)
    const second = one({ ...survivor!, replacement: '3' }, { ...survivor!, replacement: '4' }, survivor!)
    expect(withReport({}, withSecondRun(first, second), '2026-01-01')['a.ts']).toMatchObject({
      killed: 2,
      survivors: [{ change: '1 → 3' }],
    })
  })

  it('of survivors that are tried once more are killed where a test notices them now', () => {
    const two = 'export const one = 1\n  export const two = 1\n'
    const at = (line: number, status: Mutant['status'], replacement: string): Mutant => ({
      status,
      mutatorName: 'NumericLiteral',
      replacement,
      location: { start: { line, column: line === 1 ? 20 : 22 }, end: { line, column: line === 1 ? 21 : 23 } },
    })
    const of = (...mutants: readonly Mutant[]): Report => ({ files: { [`/copy/${CORE}a.ts`]: { source: two, mutants } } })
    const before = withReport(
      {},
      of(at(1, 'Killed', '0'), at(1, 'Survived', '2'), at(2, 'Survived', '3'), at(2, 'Survived', '4')),
      'now',
    )
    const { survivors } = before['a.ts']!
    expect(placesOf('a.ts', survivors.slice(1), two)).toEqual([`${CORE}a.ts:2:0-2:22`])
    const block = 'if (one) {\n  two()\n}\n'
    const change = '{ two() } → {}'
    expect(placesOf('a.ts', [{ file: 'a.ts', line: 'if (one) {', change }], block)).toEqual([`${CORE}a.ts:1:0-3:1`])
    expect(placesOf('a.ts', [{ file: 'a.ts', line: 'if (two) {', change }], block)).toEqual([])
    expect(withSurvivorsAgain(before, of(at(2, 'Killed', '3'), at(2, 'Survived', '4')))['a.ts']).toMatchObject({
      killed: 2,
      survivors: [{ change: '1 → 2' }, { change: '1 → 4' }],
    })
  })
})

it.each([
  [true, '/** One. */\nexport interface One {\n  /* a number */\n  readonly one: 1 // and no more\n}\n'],
  [true, "import type { One } from './one.ts'\nexport type { Two } from './two.ts'\nexport type Three = One\n"],
  [false, '/** One. */\nexport const one = 1\n'],
  [false, '/* a */ export const one = 1 /* b */\n'],
  [false, "import './one.ts'\n"],
])('a file has only types if nothing of it runs: %s', (expected, text) => {
  expect(hasOnlyTypes(text)).toBe(expected)
})
