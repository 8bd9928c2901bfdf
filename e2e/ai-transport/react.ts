import { useConversation } from '@streamfold/react'
import { AblyProvider } from 'ably/react'
import { StrictMode, createElement as h } from 'react'
import { createRoot } from 'react-dom/client'
import { client, options, partLine } from './asked.ts'

function Chat() {
  const { messages, status, connectionStatus, sendMessage, stop } = useConversation(options)
  return h(
    'main',
    null,
    messages.map(({ key, role, text, status }) => h('p', { key, 'data-role': role, 'data-status': status }, text)),
    h(
      'ul',
      { 'aria-label': 'Parts' },
      messages.flatMap(({ key, parts }) => parts.map((part, at) => h('li', { key: `${key} ${at}` }, partLine(part)))),
    ),
    h(
      'form',
      { action: (data: FormData) => void sendMessage(String(data.get('prompt'))) },
      h('input', { name: 'prompt', 'aria-label': 'Prompt' }),
      h('button', null, 'Send'),
      h('button', { type: 'button', onClick: () => void stop() }, 'Stop'),
    ),
    h('p', { role: 'status' }, `${connectionStatus}, ${status}`),
  )
}

createRoot(document.body).render(h(StrictMode, null, h(AblyProvider, { client }, h(Chat))))
