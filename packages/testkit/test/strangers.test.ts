import { aiTransport } from '@streamfold/core/ai-transport'
import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import type { RawMessage, StrangerReading } from '../src/index.ts'
import { intrudedUpon, strangersChangeNothing } from '../src/index.ts'

/** A message of our format as one of AI Transport: the names that it goes by are the same. */
function theirs(raw: RawMessage): unknown {
  const { name, extras, id } = raw
  const { 'reply-to': replyTo, asked, author, ...headers } = extras.headers
  const run = headers['part-of'] ?? headers['continues'] ?? id
  const transport = {
    ...headers,
    'run-id': run,
    'codec-message-id': headers['part-of'] ?? id,
    stream: String(name === 'response'),
    'input-codec-message-id': headers['target'] ?? asked ?? replyTo,
    'input-client-id': author,
    'run-reason': headers['status'],
  }
  const codec = { kind: name === 'prompt' ? 'user-message' : 'text', partType: 'text' }
  const names: Record<string, string> = { prompt: 'ai-input', response: 'ai-output', cancel: 'ai-cancel' }
  return { ...raw, name: names[name ?? ''] ?? 'ai-run-end', extras: { headers, ai: { transport, codec } } }
}

const readings: Readonly<Record<string, StrangerReading>> = {
  'who was told who is an agent': { agent: 'agent' },
  'who was told nothing': {},
  'of the wire of AI Transport': { agent: 'agent', codec: aiTransport, translate: theirs },
  'of that wire who was told nothing': { codec: aiTransport, translate: theirs },
}

describe('whatever a stranger publishes, changes or deletes, the messages of all others are as they were', () => {
  for (const [reader, reading] of Object.entries(readings)) {
    it(`to a reader ${reader}`, () => {
      fc.assert(
        fc.property(intrudedUpon, (deeds) => strangersChangeNothing(deeds, reading)),
        { numRuns: 1_500 },
      )
    })
  }
})
