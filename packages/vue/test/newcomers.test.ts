// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { createApp, defineComponent } from 'vue'
import { useConversation } from '../src/index.ts'

it.each<[string, unknown, string]>([
  ['a name', 'ai:my-chat', 'the options are a string: give { channelName: "ai:my-chat" }'],
  ['another field', { channel: 'ai:my-chat' }, 'the options have no channelName: give one, or undefined while there is none'],
  ['nothing in them', {}, 'the options have no channelName'],
])('useConversation with %s says what to give', (_, options, reason) => {
  const app = createApp(
    defineComponent(() => {
      const { status } = useConversation(options as never)
      return () => status.value
    }),
  )
  app.config.warnHandler = () => {}
  expect(() => app.mount(document.createElement('main'))).toThrow(
    expect.objectContaining({ code: 'wrong-option', message: expect.stringContaining(reason) }),
  )
})
