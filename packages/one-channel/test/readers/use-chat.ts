import { useChat as useChatReact } from '@ai-sdk/react'
import { useChat as useChatVue } from '@ai-sdk/vue'
import type { ConversationTransport, ConversationUIMessage } from '@streamfold/ai-sdk'
import { createChatTransport } from '@streamfold/ai-sdk'
import { render } from '@streamfold/test-support/react/render'
import { createElement, useEffect } from 'react'
import { createApp, onScopeDispose } from 'vue'
import type { Place, Reader, Shown } from '../reader.ts'
import { asks, linesOf } from '../reader.ts'

interface Chat {
  readonly messages: readonly ConversationUIMessage[]
  readonly status: string
}

const transportOn = ({ client, name, codec }: Place): ConversationTransport =>
  createChatTransport(client.channels.get(name), { agent: 'agent', codec })

function shownOf({ messages, status }: Chat): Shown {
  const isStreaming = status === 'streaming' || status === 'submitted'
  return { lines: linesOf(messages), standing: isStreaming ? 'streaming' : asks(messages) ? 'waiting' : 'ended' }
}

export const chats: readonly Reader[] = [
  {
    name: 'useChat of the AI SDK in React',
    open(place) {
      let latest: Chat = { messages: [], status: 'ready' }
      function Page(): null {
        const chat = useChatReact<ConversationUIMessage>({ id: 'chat', transport })
        useEffect(() => transport.follow(chat))
        latest = chat
        return null
      }
      const transport = transportOn(place)
      const { unmount } = render(createElement(Page))
      return { shown: () => shownOf(latest), close: unmount }
    },
  },
  {
    name: 'useChat of the AI SDK in Vue',
    open(place) {
      const transport = transportOn(place)
      let read = (): Chat => ({ messages: [], status: 'ready' })
      const app = createApp({
        setup() {
          const chat = useChatVue<ConversationUIMessage>({ id: 'chat', transport })
          onScopeDispose(transport.follow(chat))
          read = () => ({ messages: chat.messages.value, status: chat.status.value })
          return () => null
        },
      })
      app.mount(document.createElement('main'))
      return { shown: () => shownOf(read()), close: () => app.unmount() }
    },
  },
]
