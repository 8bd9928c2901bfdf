import type { UserMessage } from '@ag-ui/core'
import { describeGivenFiles } from '@streamfold/test-support/given-files'
import { expect, it } from 'vitest'
import { promptOf } from '../src/run/prompt-of.ts'

const reading = (content: unknown) => promptOf({ id: 'm', role: 'user', content: content as UserMessage['content'] })

describeGivenFiles((content) => reading(content).files)

it('a file that only its provider can find is refused', () => {
  expect(() => reading([{ type: 'image', source: { type: 'file', value: 'file-1', provider: 'openai' } }])).toThrow(
    expect.objectContaining({ code: 'wrong-file', message: expect.stringContaining('an id of its provider: give its address') }),
  )
})

it.each([
  { type: 'image' },
  { type: 'image', source: null },
  { type: 'toString', source: { type: 'url', value: 'https://example.com' } },
])('contents of another shape are refused: %j', (part) => {
  expect(() => reading([part])).toThrow(expect.objectContaining({ code: 'wrong-argument' }))
})
