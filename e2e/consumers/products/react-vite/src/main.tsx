import { Realtime } from 'ably'
import { AblyProvider } from 'ably/react'
import { createRoot } from 'react-dom/client'
import { Chat } from './chat.js'

const { VITE_ABLY_PORT, VITE_ABLY_KEY } = import.meta.env as unknown as { VITE_ABLY_PORT: string; VITE_ABLY_KEY: string }
const client = new Realtime({
  endpoint: 'localhost',
  port: Number(VITE_ABLY_PORT),
  tls: false,
  key: VITE_ABLY_KEY,
  clientId: 'reader',
})
const channelName = new URLSearchParams(location.search).get('channel') ?? 'ai:consumer'

createRoot(document.getElementById('root')!).render(
  <AblyProvider client={client}>
    <Chat channelName={channelName} />
  </AblyProvider>,
)
