import { PGlite } from '@electric-sql/pglite'
import { archiveCases, archivesAgree, playArchiveCase, puttings } from '@streamfold/testkit/archive'
import { assert, asyncProperty } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresArchive, migrate } from '../src/index.ts'
import { recordCases } from './records.ts'

describe('the archive and the records in PGlite', () => {
  const database = new PGlite()
  const archive = createPostgresArchive(database)
  beforeAll(() => migrate(database))
  afterAll(() => database.close())

  it.for(archiveCases)('$name', async (each) => {
    expect(await playArchiveCase(each, { archive })).toBeUndefined()
  })

  it('holds what was put of any session, in whatever order', async () => {
    await assert(asyncProperty(puttings(), (putting) => archivesAgree(putting, { archive })))
  })

  it.for(recordCases)('$name', ({ play }) => play(database))
})
