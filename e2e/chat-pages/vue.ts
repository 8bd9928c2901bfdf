import { createApp } from 'vue'
import Chat from '../../packages/ai-sdk/examples/chat.vue'
import { openChannel } from './open-channel.ts'

createApp(Chat, { channel: openChannel() }).mount(document.body)
