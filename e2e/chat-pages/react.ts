import { Chat } from '../../packages/ai-sdk/examples/chat.tsx'
import { openPage } from './open-page.ts'

openPage(Chat)
