import type { ConversationEvent, Message } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessage } from '@streamfold/core'
import { escapeBody, RS } from '@streamfold/core/codec'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FORGED, frame, heads, readAsOne } from '../src/framed.ts'

const texts = fc.string({ unit: fc.constantFrom('a', '{', '"', ':', '1', '}', '\n', RS, FORGED), maxLength: 6 })
const documents = fc
  .tuple(texts, fc.array(fc.tuple(heads, texts), { maxLength: 10 }))
  .map(([first, frames]) => escapeBody(first) + frames.map(([head, text]) => frame(head, text)).join(''))

function messageOf(data: string, status: Message['status'] = 'streaming'): Message {
  return readAsOne([{ text: data, framed: true }], 'assistant', status)
}

function event(action: string, data: string, version: number): ConversationEvent {
  const extras = { headers: { role: 'assistant', status: 'streaming', format: 'parts/1' } }
  const position = { serial: `v${String(version).padStart(6, '0')}`, timestamp: version }
  const message = { serial: 's1', name: 'response', clientId: 'agent', timestamp: 1, data, extras, version: position }
  return normalise({ ...message, action: `message.${action}` }, { agent: 'agent' })
}

const began: readonly ConversationEvent[] = [
  { type: 'channel', state: 'attaching' },
  { type: 'channel', state: 'attached' },
  event('create', '', 1),
]

describe('laws of parts', () => {
  it('parts are a function of data: splitting and merging appends changes nothing', () => {
    fc.assert(
      fc.property(documents, fc.array(fc.nat(15), { maxLength: 30 }), (data, cuts) => {
        let state = began.reduce(reduce, emptyConversation())
        let at = 0
        for (const [index, cut] of [...cuts, data.length].entries()) {
          state = reduce(state, event('append', data.slice(at, at + cut), index + 2))
          if (index % 3 === 0) selectMessage(state, 's1')
          at += cut
        }
        const { parts, text, metadata } = selectMessage(state, 's1')!
        const whole = messageOf(data)
        expect(parts).toEqual(whole.parts)
        expect([text, metadata]).toEqual([whole.text, whole.metadata])
      }),
      { numRuns: 2_000 },
    )
  })

  it('the parts of a beginning are a beginning of the parts', () => {
    fc.assert(
      fc.property(documents, fc.nat(), (data, cut) => {
        const whole = messageOf(data)
        const part = messageOf(data.slice(0, cut % (data.length + 1)))
        expect(whole.parts.map(({ type }) => type).slice(0, part.parts.length)).toEqual(part.parts.map(({ type }) => type))
        part.parts.forEach((each, at) => {
          if (each.type === 'text' || each.type === 'reasoning')
            expect((whole.parts[at] as typeof each).text.startsWith(each.text)).toBe(true)
        })
      }),
      { numRuns: 2_000 },
    )
  })

  it('an ended response has no open part', () => {
    fc.assert(
      fc.property(documents, fc.constantFrom('complete', 'cancelled', 'failed'), (data, status) => {
        for (const part of messageOf(data, status).parts) {
          if ('toolCallId' in part)
            expect(['output-available', 'output-error', 'output-denied', 'interrupted']).toContain(part.state)
          else if ('state' in part) expect(part.state).toBe('done')
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('no text makes a part', () => {
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        const { parts } = messageOf(frame({ type: 'text' }, one) + frame({ type: 'reasoning' }, other))
        expect(parts.every(({ type }) => type === 'text' || type === 'reasoning')).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})
