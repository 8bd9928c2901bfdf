import type { useChat } from '@ai-sdk/react'
import type { ChatTransport, UIMessage } from 'ai'
import { expectTypeOf, it } from 'vitest'
import type { ConversationTransport, createChatTransport } from '../src/index.ts'

type Mine = UIMessage<{ model: string }, { progress: { percent: number } }, { look: { input: { at: string }; output: number } }>

it('types tools, data and metadata of a product’s messages', () => {
  type Made = ReturnType<typeof createChatTransport<Mine>>
  expectTypeOf<Made>().toEqualTypeOf<ConversationTransport<Mine>>()
  expectTypeOf<Made>().toExtend<ChatTransport<Mine>>()
  type Part = ReturnType<typeof useChat<Mine>>['messages'][number]['parts'][number]
  expectTypeOf<ReturnType<Made['messages']>[number]['parts'][number]>().toEqualTypeOf<Part>()
  expectTypeOf<Extract<Part, { type: 'data-progress' }>['data']>().toEqualTypeOf<{ percent: number }>()
  expectTypeOf<Extract<Part, { type: 'tool-look'; state: 'output-available' }>['output']>().toEqualTypeOf<number>()
  expectTypeOf<ConversationTransport>().not.toExtend<ChatTransport<Mine>>()
})
