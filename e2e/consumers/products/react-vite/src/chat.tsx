import { useConversation } from '@streamfold/react'

export function Chat({ channelName }: { channelName: string }) {
  const { messages, connectionStatus, sendMessage } = useConversation({ channelName, agent: 'agent' })
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
