import type { GivenFile } from '@streamfold/client'
import { describeGivenFiles } from '@streamfold/test-support/given-files'
import { expect, it } from 'vitest'
import type { ChatMessage } from '../src/index.ts'
import { promptOf } from '../src/messages/prompt-of.ts'

const reading = (parts: readonly object[]) => promptOf({ id: 'm', role: 'user', parts: parts as ChatMessage['parts'] })

/** A chat of the AI SDK has contents in a `data:` address. */
function partOf({ source: { type, value, mimeType }, metadata }: GivenFile): object {
  const url = type === 'data' ? `data:${mimeType ?? ''};base64,${value}` : value
  return { type: 'file', url, mediaType: mimeType, ...(metadata as object) }
}

describeGivenFiles((files) => reading(files.map(partOf)).files)

it('a file without an address is refused with what to give', () => {
  expect(() => reading([{ type: 'file', mediaType: 'image/png' }])).toThrow(expect.objectContaining({ code: 'wrong-file' }))
})
