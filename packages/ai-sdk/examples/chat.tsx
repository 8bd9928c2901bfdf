import { useChat } from '@ai-sdk/react'
import { createChatTransport } from '@streamfold/ai-sdk'
import { runClientTools } from '@streamfold/client'
import type { RealtimeChannel } from 'ably'
import { useEffect, useMemo } from 'react'
import { notifyAgent } from './notify-agent.ts'
import { Part } from './part.tsx'
import { tools } from './tools.ts'

export function Chat({ channel }: { channel: RealtimeChannel }) {
  const transport = useMemo(() => createChatTransport(channel, { agent: 'agent', notifyAgent }), [channel])
  const { sendAutomaticallyWhen } = transport
  const chat = useChat({ id: channel.name, transport, sendAutomaticallyWhen })
  const { messages, status, error, sendMessage, regenerate, stop, setMessages, resumeStream } = chat
  useEffect(() => transport.follow({ setMessages, resumeStream }), [transport, setMessages, resumeStream])
  useEffect(() => runClientTools(transport.conversation, () => tools), [transport])

  function send(data: FormData) {
    void sendMessage({ text: String(data.get('prompt')) })
  }

  return (
    <main>
      {messages.map(({ id, role, parts }) => (
        <section key={id} data-role={role}>
          {parts.map((part, at) => (
            <Part key={at} part={part} decide={chat.addToolApprovalResponse} />
          ))}
        </section>
      ))}
      {error && <p role="alert">{error.message}</p>}
      <form action={send}>
        <input name="prompt" aria-label="Prompt" />
        <button disabled={status === 'submitted' || status === 'streaming'}>Send</button>
        <button type="button" onClick={() => void stop()}>
          Stop
        </button>
        <button type="button" onClick={() => void regenerate()}>
          Again
        </button>
      </form>
      <p role="status">{status}</p>
    </main>
  )
}
