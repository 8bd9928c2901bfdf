// @own-process: it takes libraries away
import { expect, it, vi } from 'vitest'

const refused = vi.hoisted(() => () => {
  throw new Error('imported')
})
vi.mock('@ag-ui/client', refused)
vi.mock('@ag-ui/core', refused)
vi.mock('rxjs', refused)

it('the source of a response needs neither the client of AG-UI nor RxJS', async () => {
  expect(Object.keys(await import('../src/source/index.ts')).toSorted()).toEqual(['agUiInput', 'agUiSource'])
  await expect(import('../src/index.ts')).rejects.toThrow()
})
