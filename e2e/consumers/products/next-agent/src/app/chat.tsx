'use client'

import { useConversation } from '@streamfold/react'
import { type ClientOptions, Realtime } from 'ably'
import { AblyProvider } from 'ably/react'
import { useState } from 'react'

const channelName = 'ai:my-chat'
const local: ClientOptions = { endpoint: 'localhost', port: 4510, tls: false, transports: ['web_socket'] }

// Also made on the server, where it never connects: hooks connect it in the browser.
const client = new Realtime({
  authUrl: '/api/ably-token',
  authParams: { channel: channelName },
  autoConnect: false,
  ...(process.env['NODE_ENV'] === 'development' && local),
})

export function Chat() {
  return (
    <AblyProvider client={client}>
      <Messages />
    </AblyProvider>
  )
}

function Messages() {
  const { messages, status, connectionStatus, error, unanswered, sendMessage, stop, retry } = useConversation({
    channelName,
    agent: 'agent',
    notifyAgent: (prompt) =>
      fetch('/api/responses', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(prompt),
      }),
  })
  const [refused, setRefused] = useState('')

  function send(form: FormData) {
    const text = String(form.get('text'))
    setRefused('')
    if (text.trim()) sendMessage(text).catch((problem: Error) => setRefused(problem.message))
  }

  return (
    <main>
      {messages.map(({ key, role, text }) => (
        <p key={key}>
          <b>{role}</b> {text}
        </p>
      ))}
      <p role="status">{refused || error || (connectionStatus === 'live' ? status : connectionStatus)}</p>
      {status === 'error' && <button onClick={() => void retry(unanswered?.prompt.id ?? messages.at(-1)!.id)}>Try again</button>}
      <form action={send}>
        <input name="text" aria-label="Prompt" required />
        <button>Send</button>
        <button type="button" onClick={() => void stop()} disabled={status !== 'streaming'}>
          Stop
        </button>
      </form>
    </main>
  )
}
