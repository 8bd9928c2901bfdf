// AI SDK's hook, as its documentation renders it: the parts of each message, over its own HTTP transport.
import { useChat } from '@ai-sdk/react'
import type { UIMessage } from 'ai'
import { DefaultChatTransport, isToolUIPart } from 'ai'
import { createElement, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { pairs, settledText } from '../text.ts'

function settled(): UIMessage[] {
  const messages: UIMessage[] = []
  for (let index = 0; index < pairs; index++) {
    messages.push({ id: `p${index}`, role: 'user', parts: [{ type: 'text', text: `Prompt ${index}` }] })
    messages.push({ id: `r${index}`, role: 'assistant', parts: [{ type: 'text', text: settledText(index) }] })
  }
  return messages
}

const initial = settled()
const transport = new DefaultChatTransport({ api: '/chat' })

function Chat() {
  const { messages, sendMessage } = useChat({ messages: initial, transport })
  useEffect(() => {
    Object.assign(window, { ask: () => void sendMessage({ text: 'Go on' }) })
  }, [sendMessage])
  return createElement(
    'main',
    null,
    messages.map(({ id, parts }) =>
      createElement(
        'div',
        { key: id, className: 'message' },
        parts.map((part, key) => {
          if (part.type === 'text') return createElement('span', { key }, part.text)
          if (part.type === 'reasoning') return createElement('details', { key }, part.text)
          if (!isToolUIPart(part)) return null
          return createElement(
            'pre',
            { key },
            `${part.type} ${part.state} ${JSON.stringify(part.input)} ${JSON.stringify(part.output)}`,
          )
        }),
      ),
    ),
  )
}

createRoot(document.getElementById('app')!).render(createElement(Chat))
