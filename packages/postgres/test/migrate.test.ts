import { expect, it } from 'vitest'
import { migrate } from '../src/index.ts'

it('goes on where another instance has added the column meanwhile', async () => {
  let refusals = 1
  const run: string[] = []
  const pool = {
    async query(sql: string) {
      if (sql.includes('ADD COLUMN') && refusals-- > 0) throw Object.assign(new Error('it is there'), { code: '42701' })
      run.push(sql)
      return { rows: [], rowCount: 0 }
    },
  }
  await migrate(pool as never) // Of a pool it uses this alone.
  expect(run).toHaveLength(4)
})
