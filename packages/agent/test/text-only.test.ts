import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { RecordedOperation } from './text-only-sessions.ts'
import { recordTextOnly } from './text-only-sessions.ts'

type Recorded = Record<string, readonly RecordedOperation[]>

// The operations of the agent as it was before a response could have parts.
const before = JSON.parse(readFileSync(new URL('./recorded/text-only.json', import.meta.url), 'utf8')) as Recorded

test('a response of text alone is written as it was before responses had parts: data, headers and times', async () => {
  const recorded = await recordTextOnly()
  expect(Object.keys(recorded)).toEqual(Object.keys(before))
  for (const [name, operations] of Object.entries(recorded)) {
    expect([name, operations.map(withoutSerials)]).toEqual([name, before[name]!.map(withoutSerials)])
  }
})

/** Serials have no meaning beside each other. */
function withoutSerials({ kind, at, text, headers }: RecordedOperation): unknown {
  return { kind, at, text, headers: { ...headers, ...(headers['continues'] !== undefined && { continues: 'the one before' }) } }
}

test('the metadata of each append and update is the length of the whole data, and nothing else', async () => {
  for (const [name, operations] of Object.entries(await recordTextOnly())) {
    let data = ''
    operations.forEach(({ kind, text, metadata }, at) => {
      data = kind === 'append' ? data + text : text
      // Of a split response the operations of two messages are mixed.
      const isMixed = operations.filter((operation) => operation.kind === 'create').length > 1
      if (kind === 'create') expect([name, metadata]).toEqual([name, undefined])
      else if (!isMixed) expect([name, at, metadata]).toEqual([name, at, { len: data.length }])
      else expect([name, Object.keys(metadata as object)]).toEqual([name, ['len']])
    })
  }
})
