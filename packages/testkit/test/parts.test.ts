import type { Conversation, ConversationEvent, Message } from '@streamfold/core'
import { emptyConversation, fromJSON, normalise, reduce, selectMessage, selectWaiting, toJSON } from '@streamfold/core'
import { escapeBody, inputHash, RS } from '@streamfold/core/codec'
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

function event(action: string, data: string, version: number, status = 'streaming'): ConversationEvent {
  const extras = { headers: { role: 'assistant', status, format: 'parts/1', 'reply-to': 's0' } }
  const position = { serial: `v${String(version).padStart(6, '0')}`, timestamp: version }
  const message = { serial: 's1', name: 'response', clientId: 'agent', timestamp: 1, data, extras, version: position }
  return normalise({ ...message, action: `message.${action}` }, { agent: 'agent' })
}

const prompt = normalise(
  { serial: 's0', action: 'message.create', name: 'prompt', clientId: 'ann', timestamp: 1, data: 'hi' },
  { agent: 'agent' },
)

function answer(call: string, kind: string, at: number): ConversationEvent {
  const headers = { target: 's1', call, kind, saw: inputHash({}) }
  const data = kind === 'output' ? '{"output":1}' : '{}'
  const position = { serial: `s2-${at}`, timestamp: 1, action: 'message.create', version: { serial: `s2-${at}`, timestamp: 1 } }
  return normalise({ ...position, name: 'answer', clientId: 'ann', data, extras: { headers } }, { agent: 'agent' })
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
        const earlier: { readonly state: Conversation; readonly read: string }[] = []
        for (const [index, cut] of [...cuts, data.length].entries()) {
          state = reduce(state, event('append', data.slice(at, at + cut), index + 2))
          at += cut
          if (index % 3 === 0) selectMessage(state, 's1')
          else earlier.push({ state, read: data.slice(0, at) })
        }
        const { parts, text, metadata } = selectMessage(state, 's1')!
        // Those that nobody has read before, while the newest one has been read.
        for (const { state: older, read } of earlier) expect(selectMessage(older, 's1')!.parts).toEqual(messageOf(read).parts)
        const whole = messageOf(data)
        expect(parts).toEqual(whole.parts)
        expect([text, metadata]).toEqual([whole.text, whole.metadata])
      }),
      { numRuns: 2_000 },
    )
  })

  it('calls, what people answered and what waits are read the same in one go and step by step', () => {
    const ids = fc.constantFrom('c1', 'c2', 'c3')
    const called = (id: string) => frame({ type: 'tool', id, name: 'invite' }, '{}') + frame({ type: 'input', id }, '')
    const heads = fc.oneof(
      ids.map(called),
      ids.map((id) => frame({ type: 'ask', id, approval: `a-${id}` }, '')),
      ids.map((id) => frame({ type: 'ask', id, approval: `a-${id}`, wants: 'output' }, '')),
      ids.map((id) => frame({ type: 'decided', id, approved: true, answer: 's2' }, '')),
      ids.map((id) => frame({ type: 'output', id }, '1')),
      fc.constantFrom(frame({ type: 'end' }, ''), frame({ type: 'text' }, ''), frame({ type: 'text' }, 'a'), ''),
    )
    const answers = fc.tuple(ids, fc.constantFrom('approve', 'deny', 'output'))
    const status = fc.constantFrom('streaming', 'waiting', 'complete')
    const steps = fc.array(fc.oneof({ weight: 3, arbitrary: fc.tuple(heads, status) }, answers), { maxLength: 25 })
    fc.assert(
      fc.property(steps, (all) => {
        let state = [prompt, ...began].reduce(reduce, emptyConversation())
        const asked: readonly [string, string][] = [
          [called('c1') + frame({ type: 'ask', id: 'c1', approval: 'a1' }, ''), 'streaming'],
          [called('c2') + frame({ type: 'ask', id: 'c2', approval: 'a2', wants: 'output' }, ''), 'streaming'],
        ]
        ;[...asked, ...all].forEach(([one, other], index) => {
          const isAnswer = one.startsWith('c')
          state = reduce(state, isAnswer ? answer(one, other, index + 2) : event('append', one, index + 2, other))
          const whole = fromJSON(JSON.parse(JSON.stringify(toJSON(state))))
          expect(selectMessage(state, 's1')).toEqual(selectMessage(whole, 's1'))
          expect(selectWaiting(state)).toEqual(selectWaiting(whole))
        })
      }),
      { numRuns: 500 },
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
