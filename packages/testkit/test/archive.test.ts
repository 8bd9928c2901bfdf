import { assert, asyncProperty } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { archiveCases, archivesAgree, createMemoryArchive, playArchiveCase, puttings } from '../src/archive/index.ts'

describe('an archive in memory', () => {
  it.for(archiveCases)('$name', async (each) => {
    expect(await playArchiveCase(each, { archive: createMemoryArchive() })).toBeUndefined()
  })

  it('holds what was put of any session, in whatever order', async () => {
    await assert(asyncProperty(puttings(), (putting) => archivesAgree(putting, { archive: createMemoryArchive() })))
  })
})
