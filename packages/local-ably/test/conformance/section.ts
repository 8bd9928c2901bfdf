import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLocalAbly, type LocalAbly, type LocalAblyOptions } from '../../src/index.ts'
import { NotTried, service } from './service.ts'
import { committedSection, renderSection, writeSection } from './table.ts'
import { reportRow } from './report.ts'
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
    if (service) return void (server = service)
    const keys = ['local.dev:streamfold', { key: REVOCABLE, revocableTokens: true }]
    server = await createLocalAbly({ keys, ...options })
  })
  afterAll(() => server.close())

  describe(title, () => {
    const add = (behaviour: string, attempt: Try, concurrent: boolean): void => {
      const row: Row = { behaviour, passed: new Map(), reason: undefined }
      rows.push(row)
      const test = concurrent ? it.concurrent : it
      test.for(['msgpack', 'json'])(`${behaviour} (%s)`, async (format, { signal, skip }) => {
        row.passed.set(format, false)
        const world = new World(server, format === 'msgpack')
        try {
          if (service && Object.keys(options).length > 0) throw new NotTried('a server with settings of its own')
          await Promise.race([attempt(world), world.leftOut, tooLong(signal)])
          row.passed.set(format, true)
          reportRow({ title, behaviour, format, outcome: 'passed', detail: '' }, world.name)
        } catch (error) {
          const notTried = error instanceof NotTried
          const detail = error instanceof Error ? error.message : String(error)
          reportRow({ title, behaviour, format, outcome: notTried ? 'not tried' : 'differs', detail }, world.name)
          if (notTried) skip(detail)
          throw error
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
    // A run of some rows only says nothing about the others; one against a service nothing about local Ably.
    if (service || rows.some(({ passed, reason }) => reason === undefined && passed.size < 2)) skip()
    const text = renderSection(title, rows.map(lineOf))
    if (process.env['UPDATE_CONFORMANCE'] !== undefined) writeSection(title, text)
    expect(committedSection(title), 'stale: run it with UPDATE_CONFORMANCE=1, as CONFORMANCE.md says').toBe(text)
  })
}

/** Ends a row that waits for what does not come, so that its clients are closed. */
function tooLong(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('nothing came within the time of a test'))),
  )
}

function lineOf({ behaviour, passed, reason }: Row): { behaviour: string; msgpack: string; json: string } {
  const result = (format: string): string =>
    reason === undefined ? (passed.get(format) ? 'passed' : 'FAILED') : `not offered: ${reason}`
  return { behaviour, msgpack: result('msgpack'), json: reason === undefined ? result('json') : 'not offered' }
}
