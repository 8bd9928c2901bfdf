import type { ArchivedMessage } from '@streamfold/agent'
import { archiveCases, archivesAgree, playArchiveCase, puttings } from '@streamfold/testkit/archive'
import { assert, asyncProperty } from 'fast-check'
import type { PoolConfig } from 'pg'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { PostgresArchive } from '../src/index.ts'
import { createPostgresArchive, migrate } from '../src/index.ts'
import { recordCases } from './records.ts'
import type { PostgresServer } from './start-postgres.ts'
import { startPostgres, unavailable } from './start-postgres.ts'

const reason = unavailable === undefined ? '' : ` (skipped: ${unavailable})`

describe.skipIf(unavailable !== undefined)(`the archive in PostgreSQL${reason}`, () => {
  let server: PostgresServer
  let pools: readonly [Pool, Pool]
  const harness = () => ({ archive: createPostgresArchive(pools[0]), elsewhere: createPostgresArchive(pools[1]) })

  beforeAll(async () => {
    server = startPostgres()
    pools = [new Pool(server.connection), new Pool(server.connection)]
    await migrate(pools[0])
  })
  afterAll(async () => {
    for (const pool of pools) await pool.end()
    server.stop()
  })

  function connect(settings: PoolConfig = {}): Pool {
    const pool = new Pool({ ...server.connection, ...settings })
    onTestFinished(() => pool.end())
    return pool
  }

  const isolated = (level: string): PoolConfig => ({
    options: `-c default_transaction_isolation=${level.replace(' ', String.raw`\ `)}`,
  })

  const waitingForLocks = (count: number) =>
    vi.waitFor(
      async () => {
        const { rows } = await pools[1].query("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        expect(rows).toHaveLength(count)
      },
      { timeout: 20_000 },
    )

  const versionsIn = async (schema: string) =>
    (await pools[0].query(`SELECT version FROM ${schema}.migration ORDER BY version`)).rows.map((row) => Number(row.version))

  it.for(archiveCases)('$name', async (each) => {
    expect(await playArchiveCase(each, harness())).toBeUndefined()
  })

  it.for(recordCases)('$name', ({ play }) => play(pools[0]))

  it('holds what was put of any session, in whatever order', async () => {
    await assert(asyncProperty(puttings(), (putting) => archivesAgree(putting, harness())))
  })

  it.each(['repeatable read', 'serializable'])('has lost nothing under the isolation level %s', async (level) => {
    const strict = Array.from({ length: 2 }, () => {
      return createPostgresArchive(connect(isolated(level)))
    })
    const [archive, elsewhere] = strict as [PostgresArchive, PostgresArchive]
    for (const each of archiveCases.filter(({ name }) => name.includes('at the same time') || name.includes('whichever')))
      expect(await playArchiveCase(each, { archive, elsewhere })).toBeUndefined()
    await assert(
      asyncProperty(puttings(), (putting) => archivesAgree(putting, { archive, elsewhere })),
      { numRuns: 30 },
    )
  })

  it.each(['read committed', 'repeatable read', 'serializable'])(
    'has withheld data of a deleted response no more under the isolation level %s, where both waited for one writer',
    async (level) => {
      const archive = createPostgresArchive(connect(isolated(level)))
      const channel = `ai:waited ${level}`
      await archive.put(channel, { messages: [prompt('1')], upTo: '1' })
      const writer = await pools[0].connect()
      try {
        await writer.query('BEGIN')
        await writer.query('SELECT FROM streamfold.conversation WHERE channel = $1 FOR UPDATE', [channel])
        const withheld = archive.withheld.put(channel, { serial: '2', data: 'secret', shown: 's' })
        await waitingForLocks(1)
        // What it sees is of now, before the other has written.
        const put = archive.put(channel, { messages: [{ ...prompt('2'), action: 'message.delete' }], upTo: '2' })
        await waitingForLocks(2)
        await writer.query('COMMIT')
        await Promise.all([withheld, put])
      } finally {
        writer.release(true)
      }
      expect(await archive.withheld.read(channel, ['2'])).toEqual([])
    },
  )

  it('is migrated once by instances that start at the same time', async () => {
    const starting = Array.from({ length: 8 }, () => connect())
    await Promise.all(starting.map((pool) => migrate(pool, { schema: 'at_once' })))
    await Promise.all(starting.map((pool) => migrate(pool, { schema: 'at_once' })))
    expect(await versionsIn('at_once')).toEqual([1, 2, 3, 4])
  })

  it.each(['repeatable read', 'serializable'])('is migrated once under the isolation level %s, too', async (level) => {
    const schema = `at_once_${level.slice(0, 4)}`
    const starting = Array.from({ length: 8 }, () => connect(isolated(level)))
    await Promise.all(starting.map((pool) => migrate(pool, { schema })))
    expect(await versionsIn(schema)).toEqual([1, 2, 3, 4])
  })

  it('is not migrated into a schema that has other tables of these names', async () => {
    await pools[0].query('CREATE SCHEMA taken; CREATE TABLE taken.conversation (id integer)')
    await expect(migrate(pools[0], { schema: 'taken' })).rejects.toThrow('relation "conversation" already exists')
    expect((await pools[0].query("SELECT to_regclass('taken.migration') AS found")).rows).toEqual([{ found: null }])
  })

  it('keeps schemas apart', async () => {
    const options = { schema: 'Other_1' }
    await migrate(pools[0], options)
    await harness().archive.put('ai:one', { messages: [prompt('1')], upTo: '1' })
    const other = createPostgresArchive(pools[0], options)
    expect(await other.read('ai:one')).toEqual({ messages: [], upTo: undefined })
    await other.put('ai:one', { messages: [prompt('2')], upTo: '2' })
    expect((await harness().archive.read('ai:one')).upTo).toBe('1')
  })

  it('is used by a role that may not change the schema, which may also call migrate', async () => {
    await migrate(pools[0], { schema: 'restricted' })
    await pools[0].query(`
      CREATE ROLE app LOGIN;
      GRANT USAGE ON SCHEMA restricted TO app;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA restricted TO app`)
    const pool = connect({ user: 'app' })
    await migrate(pool, { schema: 'restricted' })
    const archive = createPostgresArchive(pool, { schema: 'restricted' })
    await archive.put('ai:one', { messages: [prompt('1')], upTo: '1' })
    await archive.withheld.put('ai:one', { serial: '2', data: 'd', shown: 's' })
    await archive.conversations.rename('ai:one', 'One')
    expect((await archive.conversations.list('ann')).conversations).toMatchObject([{ channel: 'ai:one', title: 'One' }])
    await expect(migrate(pool, { schema: 'forbidden' })).rejects.toThrow('permission denied')
  })

  it('loses all of a conversation with its row', async () => {
    const { archive } = harness()
    await archive.put('ai:gone', { messages: [prompt('1', 'gone')], upTo: '1' })
    await archive.withheld?.put('ai:gone', { serial: '1', data: 'd', shown: 's' })
    await pools[0].query('DELETE FROM streamfold.conversation WHERE channel = $1', ['ai:gone'])
    expect(await archive.read('ai:gone')).toEqual({ messages: [], upTo: undefined })
    expect(await archive.withheld?.read('ai:gone', ['1'])).toEqual([])
    expect(await archive.conversations?.list('gone')).toEqual({ conversations: [], next: undefined })
  })

  it('leaves nothing of a page behind that the database refuses', async () => {
    const { archive } = harness()
    const refused = { ...prompt('2'), timestamp: 'yesterday' as unknown as number }
    await expect(archive.put('ai:refused', { messages: [prompt('1'), refused], upTo: '2' })).rejects.toThrow('yesterday')
    expect(await archive.read('ai:refused')).toEqual({ messages: [], upTo: undefined })
  })

  it('rejects with what to do where the schema was not migrated', async () => {
    const archive = createPostgresArchive(pools[0], { schema: 'absent' })
    const error = 'unable to use the database; the schema "absent" lacks something: call migrate(pool) when the process starts'
    await expect(archive.read('ai:one')).rejects.toThrow(error)
    await expect(archive.put('ai:one', { messages: [], upTo: undefined })).rejects.toThrow(error)
  })

  it.each(['', 'a"b', "a'b", 'a b', 'a$b', 'ä', 'x'.repeat(64)])('takes no schema with the name %j', (schema) => {
    expect(() => createPostgresArchive(pools[0], { schema })).toThrow('unable to use the schema')
  })

  it('looks up lists and pages by indexes, however much others have written', async () => {
    const { archive } = harness()
    const messages = Array.from({ length: 300 }, (_, nth) => prompt(String(1_000 + nth), 'busy'))
    await archive.put('ai:busy', { messages, upTo: '1299' })
    const client = await pools[0].connect()
    try {
      await client.query('SET enable_seqscan = off')
      const plan = async (sql: string, ...values: unknown[]) =>
        (await client.query(`EXPLAIN ${sql}`, values)).rows.map((row) => String(row['QUERY PLAN'])).join('\n')
      const statements: string[] = []
      const noting = createPostgresArchive({
        async query(text, values) {
          statements.push(await plan(text, ...(values ?? [])))
          return { rows: [] }
        },
      })
      await noting.read('ai:busy')
      await noting.channels(5)
      await noting.conversations.list('busy')
      await noting.withheld.read('ai:busy', ['1'])
      expect(statements).toHaveLength(4)
      for (const each of statements) expect(each).not.toContain('Seq Scan')
    } finally {
      client.release(true)
    }
  })
})

function prompt(serial: string, clientId = 'ann'): ArchivedMessage {
  return {
    serial,
    action: 'message.update',
    name: 'prompt',
    data: `prompt ${serial}`,
    clientId,
    timestamp: 1,
    version: { serial, timestamp: 1 },
    extras: { headers: { role: 'user' } },
  }
}
