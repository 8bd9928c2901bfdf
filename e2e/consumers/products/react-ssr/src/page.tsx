import type { Conversation } from '@streamfold/core'
import { useConversation } from '@streamfold/react'
import type { Realtime } from 'ably'
import { AblyProvider } from 'ably/react'

export interface PageProps {
  readonly client: Realtime
  readonly channelName: string
  readonly initial: Conversation
}

export function Page({ client, ...options }: PageProps) {
  return (
    <AblyProvider client={client}>
      <Chat {...options} />
    </AblyProvider>
  )
}

function Chat(options: Omit<PageProps, 'client'>) {
  const { messages, connectionStatus, sendMessage } = useConversation({ ...options, agent: 'agent' })
  return (
    <main data-connection={connectionStatus}>
      {messages.map(({ key, role, text, status }) => (
        <p key={key} data-role={role} data-status={status}>
          {text}
        </p>
      ))}
      <button onClick={() => void sendMessage('Hello?')}>Send</button>
    </main>
  )
}
