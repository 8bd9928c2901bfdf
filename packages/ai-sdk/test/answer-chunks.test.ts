import type { Message, MessageStatus } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessages } from '@streamfold/core'
import type { UIMessage, UIMessageChunk } from 'ai'
import { readUIMessageStream } from 'ai'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { givenOf, nextChunks, nothingGiven } from '../src/answers/answer-chunks.ts'
import { metadataOf } from '../src/messages/ui-message.ts'

const created = { serial: 's1', action: 'message.create', clientId: 'agent', extras: { headers: { status: 'streaming' } } }
const [base] = selectMessages(reduce(emptyConversation(), normalise(created))) as [Message]

function message(text: string, status: MessageStatus = 'streaming', error?: string): Message {
  const state = status === 'streaming' ? 'streaming' : 'done'
  return { ...base, text, status, error, parts: text === '' ? [] : [{ type: 'text', text, state }] }
}

/** Every chunk for these states of one answer, one list for each state. */
function chunksOf(states: readonly Message[], metadata: (message: Message) => unknown = () => undefined): UIMessageChunk[][] {
  let given = nothingGiven
  return states.map((state) => {
    const step = nextChunks(given, state, metadata(state))
    if (!step) throw new Error('no chunks lead to this state')
    given = step.given
    return [...step.chunks]
  })
}

/** The message that the AI SDK itself makes from chunks. */
async function readBySdk(chunks: readonly UIMessageChunk[]): Promise<UIMessage | undefined> {
  const stream = new ReadableStream<UIMessageChunk>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  let last: UIMessage | undefined
  for await (const read of readUIMessageStream({ stream, onError: () => undefined })) last = read
  return last
}

const partsOf = (read: UIMessage | undefined) => read?.parts.filter(({ type }) => type !== 'step-start')
const textOf = (read: UIMessage | undefined) =>
  partsOf(read)
    ?.map((part) => (part.type === 'text' ? part.text : '?'))
    .join('')

describe('an answer as chunks', () => {
  it('starts, grows by deltas and finishes', () => {
    expect(chunksOf([message(''), message('Hel'), message('Hello'), message('Hello.', 'complete')])).toEqual([
      [{ type: 'start', messageId: 's1', messageMetadata: undefined }],
      [{ type: 'start-step' }, { type: 'text-start', id: '1' }, { type: 'text-delta', id: '1', delta: 'Hel' }],
      [{ type: 'text-delta', id: '1', delta: 'lo' }],
      [
        { type: 'text-delta', id: '1', delta: '.' },
        { type: 'text-end', id: '1' },
        { type: 'finish', finishReason: 'stop' },
      ],
    ])
  })

  it.each(['length', 'content-filter', 'tool-calls', 'error', 'other'] as const)('gives the finish reason %s', async (finish) => {
    const chunks = chunksOf([message('Hel'), { ...message('Hel', 'complete'), finish }], metadataOf)
    expect(chunks[1]?.at(-1)).toEqual({ type: 'finish', finishReason: finish })
    expect((await readBySdk(chunks.flat()))?.metadata).toMatchObject({ status: 'complete', finish })
  })

  it('removes replaced text, and gives the full new text', () => {
    expect(chunksOf([message('the secret is 42'), message('the [redacted]')])[1]).toEqual([
      { type: 'reset-step' },
      { type: 'text-start', id: '1' },
      { type: 'text-delta', id: '1', delta: 'the [redacted]' },
    ])
  })

  it('gives a text again that another stream has begun, and nothing of it while it stays', () => {
    const given = givenOf(message('Hel'), undefined)
    expect(nextChunks(given, message('Hello'), undefined)?.chunks).toEqual([
      { type: 'reset-step' },
      { type: 'text-start', id: '1' },
      { type: 'text-delta', id: '1', delta: 'Hello' },
    ])
    expect(nextChunks(given, message('Hel', 'complete'), undefined)?.chunks).toEqual([{ type: 'finish', finishReason: 'stop' }])
  })

  it('leaves nothing of an answer that was deleted', async () => {
    const chunks = chunksOf([message('the secret'), message('', 'deleted')])
    expect(chunks[1]).toEqual([{ type: 'reset-step' }, { type: 'finish', finishReason: 'stop' }])
    expect((await readBySdk(chunks.flat()))?.parts).toEqual([{ type: 'step-start' }])
  })

  it.each([
    ['cancelled', { type: 'abort', reason: 'stopped' }],
    ['failed', { type: 'error', errorText: 'unable to complete the answer; the model broke: try again' }],
    ['abandoned', { type: 'error', errorText: 'unable to complete the answer; the agent has gone silent: try again' }],
  ] as const)('ends one that was %s', (status, last) => {
    const error = status === 'failed' ? 'the model broke' : undefined
    expect(chunksOf([message('Hel'), message('Hel', status, error)])[1]).toEqual([{ type: 'text-end', id: '1' }, last])
  })

  it('emits metadata when it changes, and only then', () => {
    const metadata = ({ status }: Message) => ({ status })
    const [, second, third] = chunksOf([message('a'), message('ab'), message('ab', 'complete')], metadata)
    expect(second).toEqual([{ type: 'text-delta', id: '1', delta: 'b' }])
    expect(third).toContainEqual({ type: 'message-metadata', messageMetadata: { status: 'complete' } })
  })

  it('law: whatever an answer goes through, the AI SDK shows its text and no other', async () => {
    const texts = fc.array(fc.oneof(fc.constantFrom('', 'a', 'ab', 'abc', 'abcd', 'xb', '👩‍👩‍👧', 'ab\u{d83d}'), fc.string()), {
      minLength: 1,
    })
    const last = fc.constantFrom('streaming', 'complete', 'cancelled', 'failed', 'abandoned')
    await fc.assert(
      fc.asyncProperty(texts, last, async (sequence, status) => {
        const states = sequence.map((text, index) => message(text, index === sequence.length - 1 ? status : 'streaming'))
        const chunks = chunksOf(states)
        for (let seen = 1; seen <= states.length; seen++) {
          const read = await readBySdk(chunks.slice(0, seen).flat())
          expect(textOf(read)).toBe(sequence[seen - 1])
          expect(read?.id).toBe('s1')
          expect(partsOf(read)?.length).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 200 },
    )
  })
})
