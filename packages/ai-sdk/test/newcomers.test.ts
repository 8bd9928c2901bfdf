import { describe, expect, it } from 'vitest'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { createChatTransport } from '../src/index.ts'

/** What a program without types may give. */
const as = (given: unknown) => given as never

async function channel() {
  return realtime(await serve(), { clientId: 'ann' }).channels.get('ai:newcomer')
}

describe('createChatTransport', () => {
  it.each<[string, unknown, string]>([
    ['a text as prompt', { prompt: 'Hello' }, 'the option `prompt` is not a function: give one'],
    ['an object as metadata', { metadata: {} }, 'the option `metadata` is not a function: give one'],
    ['a text as onError', { onError: 'log' }, 'the option `onError` is not a function: give one'],
  ])('refuses %s', async (_, options, reason) => {
    const there = await channel()
    expect(() => createChatTransport(there, as(options))).toThrow(
      expect.objectContaining({ code: 'wrong-option', message: `unable to open the conversation; ${reason}` }),
    )
  })

  it.each<[string, unknown]>([
    ['of an older AI SDK', { id: 'a', role: 'user', content: 'Hello' }],
    ['without parts', { id: 'a', role: 'user' }],
  ])('says what a message %s lacks', async (_, message) => {
    const transport = createChatTransport(await channel())
    await expect(transport.sendMessages(as({ messages: [message] }))).rejects.toThrow(
      'unable to send the prompt; its message has no parts: give messages of AI SDK 5 or newer, or the option "prompt"',
    )
  })

  it.each([() => 'text', async () => ({ text: 'late' }), () => undefined])(
    'says what the option `prompt` has to return (%#)',
    async (prompt) => {
      const transport = createChatTransport(await channel(), { prompt: as(prompt) })
      const request = { messages: [{ id: 'a', role: 'user', parts: [{ type: 'text', text: 'Hello' }] }] }
      await expect(transport.sendMessages(as(request))).rejects.toThrow(
        'unable to send the prompt; the option `prompt` returned no text: return { text } from it, not a promise',
      )
    },
  )

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['an empty object', {}],
    ['useChat itself', () => {}],
    ['messages', []],
    ['what is left of useChat without its messages', { resumeStream: async () => {} }],
  ])('follow, %s: says what to give', async (_, chat) => {
    const transport = createChatTransport(await channel())
    expect(() => transport.follow(as(chat))).toThrow(
      'unable to follow the chat; it is none: give { setMessages, resumeStream } of useChat of React, or all that useChat of Vue returns',
    )
  })
})
