import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { ArchiveHarness } from '@streamfold/testkit/archive'
import { archiveCases, archivesAgree, playArchiveCase, puttings } from '@streamfold/testkit/archive'
import { assert, asyncProperty } from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../src/data/database.ts'
import { createSqliteArchive } from '../src/data/sqlite-archive.ts'

const directory = mkdtempSync(join(tmpdir(), 'streamfold-archive-'))
const opened: DatabaseSync[] = []
afterAll(() => {
  for (const database of opened) database.close()
  rmSync(directory, { recursive: true })
})

function open(): DatabaseSync {
  const database = openDatabase(join(directory, 'agent.sqlite'))
  opened.push(database)
  return database
}

describe('the archive in SQLite', () => {
  const harness: ArchiveHarness = { archive: createSqliteArchive(open()), elsewhere: createSqliteArchive(open()) }

  it.for(archiveCases)('$name', async (each) => {
    expect(await playArchiveCase(each, harness)).toBeUndefined()
  })

  it('holds what was put of any session, in whatever order', async () => {
    await assert(asyncProperty(puttings(), (putting) => archivesAgree(putting, harness)))
  })

  it('lists the conversations of a file that was written before there were lists', async () => {
    const database = openDatabase(':memory:')
    opened.push(database)
    const message = (nth: number, name: 'prompt' | 'response') => ({
      serial: `${nth}`,
      action: 'message.update' as const,
      name,
      data: `text ${nth}`,
      clientId: name === 'prompt' ? 'ann' : 'agent',
      timestamp: nth,
      version: { serial: `${nth}`, timestamp: nth },
      extras: { headers: { status: 'complete' } },
    })
    const insert = database.prepare('INSERT INTO message (channel, serial, version, body) VALUES (?, ?, ?, ?)')
    for (const each of [message(1, 'prompt'), message(2, 'response')])
      insert.run('ai:old', each.serial, each.serial, JSON.stringify(each))
    const { conversations } = await createSqliteArchive(database).conversations.list('ann')
    expect(conversations).toEqual([
      { channel: 'ai:old', title: 'text 1', lastText: 'text 2', newest: '2', lastActivity: 2, waiting: false },
    ])
  })
})
