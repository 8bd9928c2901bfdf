import { describeGivenFiles } from '@streamfold/test-support/given-files'
import { expect, it } from 'vitest'
import type { GivenFile } from '../src/index.ts'
import { fileOf } from '../src/index.ts'

describeGivenFiles((files) => files.map(fileOf))

it.each([
  ['image', 'image/*'],
  ['audio', 'audio/*'],
  ['video', 'video/*'],
  ['document', 'application/octet-stream'],
])('a file of the kind %s, whose media type is not named, is %s', (type, mediaType) => {
  const url = 'https://example.com/file'
  expect(fileOf({ type, source: { type: 'url', value: url } })).toEqual({ url, mediaType })
  expect(fileOf({ type, source: { type: 'data', value: 'aGk=' } })).toMatchObject({ type: mediaType })
})

it.each([
  undefined,
  null,
  'https://example.com',
  {},
  { type: 'url' },
  { type: 'data', value: 1 },
  { type: 'file', value: 'file-1' },
])('a source that untyped code may give is refused with what to give: %j', (source) => {
  const given = { type: 'image', source } as unknown as GivenFile
  expect(() => fileOf(given)).toThrow(
    expect.objectContaining({
      code: 'wrong-file',
      message: expect.stringContaining("give { type: 'url', value }"),
    }),
  )
})
