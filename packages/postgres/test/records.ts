import { expect } from 'vitest'
import type { PostgresPool } from '../src/index.ts'
import { createPostgresRecords } from '../src/index.ts'

type Journal = ReturnType<typeof createPostgresRecords>['journal']
type Waiting = ReturnType<typeof createPostgresRecords>['waiting']

/** Cases for what records promise, whatever the driver. `pool` may be used by others. */
export const recordCases: readonly { readonly name: string; readonly play: (pool: PostgresPool) => Promise<void> }[] = [
  {
    name: 'work that another process has begun and not ended is left, and its own is not',
    async play(pool) {
      const [dead, next] = [createPostgresRecords(pool).journal, createPostgresRecords(pool).journal]
      await dead.begin('ai:left', 'p')
      await dead.begin('ai:left', 'p')
      await dead.begin('ai:ended', 'p')
      await dead.end('ai:ended', 'p')
      await next.begin('ai:own', 'p')
      expect(await next.left()).toEqual(['ai:left'])
      await next.forget('ai:left')
      await next.end('ai:own', 'p')
      expect(await next.left()).toEqual([])
    },
  },
  {
    name: 'what a colleague has begun since is not forgotten',
    async play(pool) {
      const [colleague, own] = [createPostgresRecords(pool).journal, createPostgresRecords(pool).journal]
      await colleague.begin('ai:a', 'old')
      expect(await own.left()).toEqual(['ai:a'])
      await colleague.begin('ai:a', 'new')
      await own.forget('ai:a')
      expect(await own.left()).toEqual(['ai:a'])
      await colleague.end('ai:a', 'new')
      expect(await own.left()).toEqual([])
    },
  },
  {
    name: 'work is left by silence when its process has shown no sign of life, and is not forgotten when it has since',
    async play(pool) {
      const [alive, dead, own] = [1, 2, 3].map(() => createPostgresRecords(pool).journal) as [Journal, Journal, Journal]
      await dead.begin('ai:dead', 'p')
      await alive.begin('ai:alive', 'p')
      expect(await own.left(60_000)).toEqual([])
      await pool.query("UPDATE streamfold.work SET seen_at = now() - interval '2 minutes'")
      expect(await own.left(60_000)).toEqual(['ai:dead', 'ai:alive'])
      await alive.alive()
      expect(await own.left(60_000)).toEqual(['ai:dead'])
      for (const channel of ['ai:dead', 'ai:alive']) await own.forget(channel)
      expect(await own.left()).toEqual(['ai:alive'])
      await alive.end('ai:alive', 'p')
    },
  },
  {
    name: 'a response that waits is left by silence when the process that added it last has shown no sign of life',
    async play(pool) {
      const [dead, heir, own] = [1, 2, 3].map(() => createPostgresRecords(pool).waiting) as [Waiting, Waiting, Waiting]
      const pass = () => pool.query("UPDATE streamfold.waiting SET seen_at = now() - interval '2 minutes'")
      await dead.add('ai:a', '1')
      expect(await own.all(60_000)).toEqual(new Map())
      await pass()
      await heir.alive()
      expect(await own.all(60_000)).toEqual(new Map([['ai:a', ['1']]]))
      await heir.add('ai:a', '1')
      expect(await own.all(60_000)).toEqual(new Map())
      await pass()
      await dead.alive()
      expect(await own.all(60_000)).toEqual(new Map([['ai:a', ['1']]]))
      await heir.alive()
      expect(await own.all(60_000)).toEqual(new Map())
      await own.remove('ai:a', '1')
    },
  },
  {
    name: 'responses wait until they are taken off, for every process',
    async play(pool) {
      const [one, other] = [createPostgresRecords(pool).waiting, createPostgresRecords(pool).waiting]
      await one.add('ai:a', '1')
      await one.add('ai:a', '1')
      await one.add('ai:a', '2')
      await other.add('ai:b\0\\', '3\ud83d')
      expect(await other.all()).toEqual(
        new Map([
          ['ai:b\0\\', ['3\ud83d']],
          ['ai:a', ['2', '1']],
        ]),
      )
      await other.remove('ai:a', '2')
      await other.remove('ai:a', '1')
      await one.remove('ai:b\0\\', '3\ud83d')
      await one.remove('ai:b\0\\', '3\ud83d')
      expect(await one.all()).toEqual(new Map())
    },
  },
]
