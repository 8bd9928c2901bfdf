import type { Message, MessagePart } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessages } from '@streamfold/core'
import { escapeBody, frameHead } from '@streamfold/core/codec'
import type {
  ChatTransport,
  FileUIPart,
  ReasoningUIPart,
  SourceDocumentUIPart,
  SourceUrlUIPart,
  StepStartUIPart,
  TextUIPart,
  ToolUIPart,
  UIMessage,
} from 'ai'
import { convertToModelMessages, isToolUIPart, safeValidateUIMessages } from 'ai'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { Streamdown } from 'streamdown'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { ChatPart, ConversationTransport, ConversationUIMessage } from '../src/index.ts'
import { chatParts } from '../src/index.ts'

type Body = readonly [head: Parameters<typeof frameHead>[0], body?: string]

/** An answer that ended, with every kind of part, and every state of a call. */
const script: readonly Body[] = [
  [{ type: 'reasoning', id: 'r1', provider: { acme: { signature: 'signed', list: [1] } } }, 'Two cities.'],
  [{ type: 'end', ms: 900 }],
  ...call('c1', { type: 'output', id: 'c1' }, '{"degrees":20}'),
  ...call('c2', { type: 'fault', id: 'c2' }, 'broken'),
  ...call('c3', { type: 'ask', id: 'c3', approval: 'a3', of: ['ann'], until: 9e12, reason: 'It costs.' }),
  [{ type: 'decided', id: 'c3', approved: false, by: 'ann', answer: 's9' }],
  [{ type: 'fault', id: 'c3', denied: true }],
  [{ type: 'tool', id: 'c4', name: 'weather', dynamic: true, title: 'Weather' }, '{"city":"Os'],
  [{ type: 'step' }],
  [{ type: 'source', id: 's1', url: 'https://example.com/a', title: 'A' }],
  [{ type: 'source', id: 's2', mediaType: 'text/plain', title: 'Notes', filename: 'notes.txt' }],
  [{ type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,aGk=', filename: 'a.png' }],
  [{ type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,aGk=', reasoning: true }],
  [{ type: 'custom', kind: 'acme.thing' }, '{"x":1}'],
  [{ type: 'data', name: 'progress', id: 'p' }, '{"percent":100}'],
  [{ type: 'text', id: 't' }, 'Rome has 20.'],
  [{ type: 'cite', source: 's1', of: 't', end: 4 }],
  [{ type: 'see', id: 'c9', serial: 's8' }],
]

function call(id: string, head: Body[0], body = ''): readonly Body[] {
  return [
    [{ type: 'tool', id, name: 'weather' }, '{"city":"Rome"}'],
    [{ type: 'input', id }],
    [{ type: 'run', id, epoch: 'e1' }],
    [head, body],
    [{ type: 'end', id }],
  ]
}

function answer(bodies: readonly Body[], status = 'complete'): Message {
  const data = bodies.map(([head, body = '']) => frameHead(head) + escapeBody(body)).join('')
  const headers = { role: 'assistant', status, format: 'parts/1' }
  const created = { serial: 's1', action: 'message.create', clientId: 'agent', data, extras: { headers } }
  return selectMessages(reduce(emptyConversation(), normalise(created)))[0]!
}

const parts = answer(script).parts
/** What the AI SDK says of a list of parts. */
const checked = (list: readonly unknown[]) =>
  safeValidateUIMessages<UIMessage>({ messages: [{ id: 'm', role: 'assistant', parts: list }] })

describe('parts for renderers of the AI SDK', () => {
  it('has every kind of part', () => {
    const said = parts.map((part) => ('toolCallId' in part ? `${part.type} ${part.state}` : part.type))
    expect(said).toEqual([
      'reasoning',
      'tool-weather output-available',
      'tool-weather output-error',
      'tool-weather output-denied',
      'dynamic-tool interrupted',
      'step-start',
      'source-url',
      'source-document',
      'file',
      'reasoning-file',
      'custom',
      'data-progress',
      'text',
    ])
  })

  it('takes all of them from useChat', async () => {
    expect(await checked(chatParts(answer(script)))).toMatchObject({ success: true })
    expect(await checked(chatParts(answer(script, 'streaming')))).toMatchObject({ success: true })
    const converted = await convertToModelMessages([{ role: 'assistant', parts: chatParts(answer(script)) }])
    expect(converted.map(({ role }) => role)).toEqual(['assistant', 'tool', 'assistant'])
    expect(chatParts(answer(script)).filter(isToolUIPart)).toHaveLength(4)
  })

  it('takes those of a conversation with their own fields, except an interrupted call, citations and a steering message', async () => {
    const refused: string[] = []
    const steered = answer([...script, [{ type: 'steer', serial: 's7' }]]).parts
    for (const part of steered) if (!(await checked([part])).success) refused.push(part.type)
    expect(refused).toEqual(['dynamic-tool', 'text', 'steering-message'])
    expect(await checked([{ ...parts.at(-1), citations: undefined }])).toMatchObject({ success: true })
  })

  it('gives Streamdown, which MessageResponse of AI Elements wraps, a text that is being written', () => {
    const text = chatParts(answer([[{ type: 'text' }, 'It is **20 deg']], 'streaming')).find((part) => part.type === 'text')
    const markup = renderToStaticMarkup(createElement(Streamdown, null, text!.text))
    expect(markup).toMatch(/It is <[^>]*data-streamdown="strong"[^>]*>20 deg</)
  })

  it('types them so', () => {
    type Of<Type extends string> = Extract<MessagePart, { readonly type: Type }>
    type Call = Extract<MessagePart, { readonly toolCallId: string }>
    expectTypeOf<ChatPart[]>().toExtend<UIMessage['parts']>()
    expectTypeOf<ConversationUIMessage>().toExtend<UIMessage>()
    expectTypeOf<ConversationTransport>().toExtend<ChatTransport<ConversationUIMessage>>()
    expectTypeOf<Of<'text'>>().not.toExtend<TextUIPart>()
    expectTypeOf<Omit<Of<'text'>, 'citations'>>().toExtend<TextUIPart>()
    expectTypeOf<Of<'reasoning'>>().toExtend<ReasoningUIPart>()
    expectTypeOf<Of<'source-url'>>().toExtend<SourceUrlUIPart>()
    expectTypeOf<Of<'source-document'>>().toExtend<SourceDocumentUIPart>()
    expectTypeOf<Of<'step-start'>>().toExtend<StepStartUIPart>()
    expectTypeOf<Omit<Of<'file' | 'reasoning-file'>, 'type'> & { type: 'file' }>().toExtend<FileUIPart>()
    expectTypeOf<Exclude<Call['state'], 'interrupted'>>().toEqualTypeOf<ToolUIPart['state']>()
    for (const name of ['input', 'output', 'errorText', 'approval', 'title', 'callProviderMetadata', 'toolMetadata'] as const)
      expectTypeOf<Call[typeof name]>().toExtend<ToolUIPart[typeof name]>()
  })
})
