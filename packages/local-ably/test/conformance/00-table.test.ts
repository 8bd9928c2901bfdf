import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readTable } from './table.ts'

const rows = readTable()
  .split('\n')
  .filter((line) => /^\| \d+\.\d+ /.test(line))

it('has a row for each of at least 250 behaviours, none twice', () => {
  expect(rows.length).toBeGreaterThanOrEqual(250)
  const behaviours = rows.map((row) => row.split(' | ')[1])
  expect(new Set(behaviours).size).toBe(rows.length)
})

it('says of every row that it passed, or why it is not offered', () => {
  const open = rows.filter(
    (row) => !row.endsWith('| passed | passed |') && !/\| not offered: .{10,} \| not offered \|$/.test(row),
  )
  expect(open).toEqual([])
})

it('has no section that no test produces', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  expect(readdirSync(folder).filter((name) => name.endsWith('.test.ts')).length).toBeGreaterThan(8)
})
