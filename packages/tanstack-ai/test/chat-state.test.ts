import type { Message, MessagePart } from '@streamfold/core'
import type { StreamChunk, UIMessage } from '@tanstack/ai/client'
import { StreamProcessor } from '@tanstack/ai/client'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../src/feed/chat-chunk.ts'
import { createChatState } from '../src/feed/chat-state.ts'
import { createChatMessages } from '../src/messages/ui-message.ts'

const word = fc.constantFrom('', ' ', 'a', 'ab', 'abc', 'x', '👩‍👩‍👧')
const texts = fc
  .tuple(fc.constantFrom('text', 'reasoning'), word, fc.constantFrom('streaming', 'done'))
  .map(([type, text, state]) => ({
    type,
    text,
    state,
    ...(type === 'text' && text === 'abc' && { citations: [{ sourceId: 's1', end: 2 }] }),
  }))
const callStates = [
  'input-streaming',
  'input-available',
  'approval-requested',
  'approval-responded',
  'output-available',
  'output-error',
  'output-denied',
  'interrupted',
] as const
const calls = fc
  .tuple(
    fc.constantFrom('c1', 'c2'),
    fc.constantFrom(...callStates),
    fc.constantFrom('', '{"a', '{"a":1}', '{"a":2}', 'null'),
    fc.constantFrom<unknown>('text', '5', { x: 1 }, null, ['y']),
    fc.boolean(),
  )
  .map(([toolCallId, state, given, output, isTitled]) => {
    const isWhole = given !== '' && given !== '{"a'
    const inputText = state === 'input-streaming' || state === 'interrupted' || isWhole ? given : '{}'
    const isAsked = state.startsWith('approval') || state === 'output-denied'
    return {
      type: 'tool-look',
      toolCallId,
      state,
      inputText,
      input: isWhole ? JSON.parse(given) : inputText === '{}' ? {} : undefined,
      output: state === 'output-available' ? output : undefined,
      ...(isAsked && {
        approval: {
          id: `ask-${toolCallId}`,
          ...(state !== 'approval-requested' && { approved: state === 'approval-responded' }),
        },
      }),
      ...(state === 'output-error' && { errorText: 'broken' }),
      ...(isTitled && { title: 'Look' }),
    }
  })
const others = fc.constantFrom(
  { type: 'step-start' },
  { type: 'source-url', sourceId: 's1', url: 'https://example.com' },
  { type: 'file', mediaType: 'image/png', url: 'https://example.com/a.png', filename: 'a.png' },
  { type: 'file', mediaType: 'application/pdf', url: 'https://example.com/a.pdf' },
  { type: 'custom', kind: 'acme.thing', data: { x: 1 } },
  { type: 'data-progress', data: 1, state: 'done' },
  { type: 'steering-message', id: 's9' },
)
const partList = fc.array(fc.oneof(texts, calls, others), { maxLength: 6 }) as fc.Arbitrary<readonly MessagePart[]>

/** How far a part has come: as a model writes it. */
function cut(part: MessagePart, share: number): MessagePart {
  if (part.type === 'text' || part.type === 'reasoning')
    return { ...part, text: part.text.slice(0, Math.ceil(part.text.length * share)) }
  if (!('toolCallId' in part) || share >= 1) return part
  if (share < 0.5)
    return {
      ...part,
      state: 'input-streaming',
      inputText: part.inputText.slice(0, 2),
      input: undefined,
      output: undefined,
    } as MessagePart
  return { ...part, state: 'input-available', input: { a: 1 }, inputText: '{"a":1}', output: undefined } as MessagePart
}

const base = { role: 'assistant', status: 'streaming', continuity: 'contiguous', createdAt: 0 } as Message
const messageOf = (key: string, parts: readonly MessagePart[], role: Message['role'] = 'assistant'): Message => ({
  ...base,
  id: key,
  key,
  role,
  parts,
})

/** States of a conversation: answers that grow, and anything else. */
const growing = fc
  .tuple(
    fc.array(partList, { minLength: 1, maxLength: 2 }),
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
  )
  .map(([lists, shares]) => {
    const states: Message[][] = []
    const before: Message[] = []
    for (const [n, parts] of lists.entries()) {
      for (let length = 0; length <= parts.length; length++)
        for (const share of [...shares.toSorted((a, b) => a - b), 1])
          states.push([
            ...before,
            messageOf(
              `m${n}`,
              parts.slice(0, length).map((part, at) => (at === length - 1 ? cut(part, share) : part)),
            ),
          ])
      before.push(messageOf(`m${n}`, parts))
    }
    return states
  })
const anything = fc
  .array(
    fc.array(fc.tuple(fc.constantFrom('m0', 'm1', 'm2'), fc.constantFrom('user' as const, 'assistant' as const), partList), {
      maxLength: 3,
    }),
    { maxLength: 4 },
  )
  .map((states) =>
    states.map((list) =>
      list
        .filter(([key], at) => list.findIndex(([other]) => other === key) === at)
        .map(([key, role, parts]) => messageOf(key, parts, role)),
    ),
  )
const sessions = fc.tuple(growing, anything, growing).map((all) => all.flat())

const plain = (messages: readonly UIMessage[]): unknown => JSON.parse(JSON.stringify(messages))

function processorIn(): { readonly take: (chunks: readonly ChatChunk[]) => void; readonly processor: StreamProcessor } {
  const processor = new StreamProcessor()
  return { processor, take: (chunks) => chunks.forEach((chunk) => processor.processChunk(chunk as unknown as StreamChunk)) }
}

describe('the state of a chat', () => {
  it('law: wherever messages change to, TanStack AI shows them', () => {
    fc.assert(
      fc.property(sessions, fc.array(fc.nat(20), { maxLength: 3 }), (states, ends) => {
        const chatMessages = createChatMessages()
        const state = createChatState()
        const { processor, take } = processorIn()
        for (const [at, messages] of states.entries()) {
          const wanted = chatMessages(messages)
          take(state.show(wanted))
          expect(plain(processor.getMessages())).toEqual(plain(wanted))
          if (!ends.includes(at)) continue
          const last = messages.at(-1)
          if (last) take(state.beforeEnd(last.key))
          take([{ type: 'RUN_FINISHED', threadId: 't', runId: 'r' }])
          state.ended()
          take(state.show(wanted))
          expect(plain(processor.getMessages())).toEqual(plain(wanted))
        }
      }),
      { numRuns: 150 },
    )
  })

  it('an answer that only grows is given by deltas, and no message twice', () => {
    const chatMessages = createChatMessages()
    const state = createChatState()
    const texts = ['', 'Good', 'Good day']
    const types = texts.flatMap((text) =>
      state
        .show(chatMessages([messageOf('m', text === '' ? [] : [{ type: 'text', text, state: 'streaming' }])]))
        .map(({ type }) => type),
    )
    expect(types).toEqual(['MESSAGES_SNAPSHOT', 'TEXT_MESSAGE_CONTENT', 'TEXT_MESSAGE_CONTENT'])
  })
})
