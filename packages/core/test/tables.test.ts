import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { channelTable, continuityTable, statusTable } from '../src/machine-tables.ts'
import { machineTables } from '../generate/tables.ts'

it('the tables are what the machines decide', () => {
  const squeeze = (text: string) => text.replaceAll(/[\s,|]+/g, '')
  const written = readFileSync(new URL('../src/machine-tables.ts', import.meta.url), 'utf8')
  expect(squeeze(written)).toBe(squeeze(machineTables()))
  expect([channelTable, statusTable, continuityTable].map((table) => Object.keys(table).length)).toEqual([9, 7, 2])
})
