import { ablyPlugin } from '@streamfold/vue'
import { Realtime } from 'ably'
import { createApp } from 'vue'
import Chat from './chat.vue'

const { VITE_ABLY_PORT, VITE_ABLY_KEY } = import.meta.env as unknown as { VITE_ABLY_PORT: string; VITE_ABLY_KEY: string }
const client = new Realtime({
  endpoint: 'localhost',
  port: Number(VITE_ABLY_PORT),
  tls: false,
  key: VITE_ABLY_KEY,
  clientId: 'reader',
})
const channelName = new URLSearchParams(location.search).get('channel') ?? 'ai:consumer'

createApp(Chat, { channelName }).use(ablyPlugin, client).mount('#root')
