import { createChatConnection, messageFacts } from '@streamfold/tanstack-ai'
import { useChat } from '@tanstack/ai-react'
import type { RealtimeChannel } from 'ably'
import { useMemo } from 'react'

export function Chat({ channel }: { channel: RealtimeChannel }) {
  const connection = useMemo(() => createChatConnection(channel, { agent: 'agent' }), [channel])
  const chat = useChat({ connection, threadId: channel.name, live: true, persistence: true })

  function send(data: FormData) {
    void chat.sendMessage(String(data.get('prompt')))
  }

  return (
    <main>
      {chat.messages.map((message) => (
        <section key={message.id} data-role={message.role} data-status={messageFacts(message)?.status}>
          {message.parts.map((part, at) => {
            if (part.type === 'text') return <p key={at}>{part.content}</p>
            return part.type === 'thinking' && <details key={at}>{part.content}</details>
          })}
        </section>
      ))}
      {chat.interrupts.map(
        (interrupt) =>
          interrupt.kind === 'generic' && (
            <p key={interrupt.id}>
              {JSON.stringify(interrupt.metadata)}
              <button onClick={() => interrupt.resolveInterrupt({ approved: true })}>Approve</button>
              <button onClick={() => interrupt.resolveInterrupt({ approved: false, reason: 'not now' })}>Deny</button>
            </p>
          ),
      )}
      {chat.error && <p role="alert">{chat.error.message}</p>}
      <form action={send}>
        <input name="prompt" aria-label="Prompt" />
        <button>Send</button>
        <button type="button" onClick={chat.stop} disabled={!chat.isLoading}>
          Stop
        </button>
      </form>
      <p role="status">{chat.sessionGenerating ? 'streaming' : 'ready'}</p>
    </main>
  )
}
