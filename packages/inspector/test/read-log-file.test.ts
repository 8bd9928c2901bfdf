import { exportLog, importLog } from '@streamfold/core/log'
import { expect, it } from 'vitest'
import { readLogFile } from '../src/read-log-file.ts'
import { live, story, storyLog } from './story.ts'

const emoji = live('append', 'v7', '👩‍👩‍👧‍👦'.repeat(30))
/** Several slices, whose ends fall into lines and into characters. */
const long = storyLog([...story, ...Array.from({ length: 800 }, () => emoji)])
const text = exportLog(long)

it('reads in slices the same log as at once, and reports its progress', async () => {
  const parts: number[] = []
  expect(await readLogFile(new Blob([text]), { progress: (part) => parts.push(part) })).toEqual(importLog(text))
  expect(parts.length).toBeGreaterThan(3)
  expect(parts).toEqual(parts.toSorted((a, b) => a - b))
  expect(parts.at(-1)).toBe(1)
  const none = exportLog({ ...long, events: [], arrivals: [] })
  expect(await readLogFile(new Blob([none]))).toEqual(importLog(none))
})

it.each([
  ['nothing at all', ''],
  ['another file', 'hello\nworld'],
  ['a line in the middle that is none', text.replace('"v7"', '"v7')],
  ['a last line that is torn', text.slice(0, -5)],
])('says of %s what importLog says', async (_, broken) => {
  let reason: unknown
  try {
    importLog(broken)
  } catch (error) {
    reason = error
  }
  await expect(readLogFile(new Blob([broken]))).rejects.toThrow((reason as Error).message) // readLogFile throws only errors.
})

it('stops when its signal aborts', async () => {
  const giving = new AbortController()
  const reading = readLogFile(new Blob([text]), { progress: () => giving.abort(), signal: giving.signal })
  await expect(reading).rejects.toThrow('aborted')
})
