import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLocalAbly, type LocalAbly, type LocalAblyOptions } from '../../src/index.ts'
import { committedSection, renderSection, writeSection } from './table.ts'
import { REVOCABLE, World } from './world.ts'

type Try = (world: World) => Promise<void> | void

interface Row {
  readonly behaviour: string
  readonly passed: Map<string, boolean>
  readonly reason: string | undefined
}

export interface Section {
  /** A behaviour, and how to see it; must hold in both formats. */
  row(behaviour: string, attempt: Try): void
  /** As `row`, for what takes long because the client waits: tried beside the other slow ones of its section. */
  slow(behaviour: string, attempt: Try): void
  /** A behaviour that local Ably does not have, and why. */
  notOffered(behaviour: string, reason: string): void
}

/** The rows of one part of the protocol: tests, and the part of CONFORMANCE.md they produce. */
export function section(title: string, define: (section: Section) => void, options: LocalAblyOptions = {}): void {
  const rows: Row[] = []
  let server: LocalAbly
  beforeAll(async () => {
    const keys = ['local.dev:streamfold', { key: REVOCABLE, revocableTokens: true }]
    server = await createLocalAbly({ keys, ...options })
  })
  afterAll(() => server.close())

  describe(title, () => {
    const add = (behaviour: string, attempt: Try, concurrent: boolean): void => {
      const row: Row = { behaviour, passed: new Map(), reason: undefined }
      rows.push(row)
      const test = concurrent ? it.concurrent : it
      test.each(['msgpack', 'json'])(`${behaviour} (%s)`, async (format) => {
        row.passed.set(format, false)
        const world = new World(server, format === 'msgpack')
        try {
          await attempt(world)
          row.passed.set(format, true)
        } finally {
          await world.end()
        }
      })
    }
    define({
      row: (behaviour, attempt) => add(behaviour, attempt, false),
      slow: (behaviour, attempt) => add(behaviour, attempt, true),
      notOffered: (behaviour, reason) => void rows.push({ behaviour, passed: new Map(), reason }),
    })
  })

  it('is what CONFORMANCE.md says', ({ skip }) => {
    // A run of some rows only says nothing about the others.
    if (rows.some(({ passed, reason }) => reason === undefined && passed.size < 2)) skip()
    const text = renderSection(title, rows.map(lineOf))
    if (process.env['UPDATE_CONFORMANCE'] !== undefined) writeSection(title, text)
    expect(committedSection(title), 'stale: run it with UPDATE_CONFORMANCE=1, as CONFORMANCE.md says').toBe(text)
  })
}

function lineOf({ behaviour, passed, reason }: Row): { behaviour: string; msgpack: string; json: string } {
  const result = (format: string): string =>
    reason === undefined ? (passed.get(format) ? 'passed' : 'FAILED') : `not offered: ${reason}`
  return { behaviour, msgpack: result('msgpack'), json: reason === undefined ? result('json') : 'not offered' }
}
