// @vitest-environment happy-dom
import { simulatedBindingHarness } from '@streamfold/testkit'
import type { Realtime } from 'ably'
import { AblyProvider } from 'ably/react'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, it } from 'vitest'
import { useConversation } from '../src/index.ts'

it.each<[string, unknown, string]>([
  ['a name', 'ai:my-chat', 'the options are a string: give { channelName: "ai:my-chat" }'],
  ['another field', { channel: 'ai:my-chat' }, 'the options have no channelName: give one, or undefined while there is none'],
  ['nothing in them', {}, 'the options have no channelName'],
])('useConversation with %s says what to give', (_, options, reason) => {
  const Reader = () => useConversation(options as never).status
  const page = createElement(
    AblyProvider,
    { client: simulatedBindingHarness().client as unknown as Realtime },
    createElement(Reader),
  )
  expect(() => renderToString(page)).toThrow(
    expect.objectContaining({ code: 'wrong-option', message: expect.stringContaining(reason) }),
  )
})
