import { Chat } from '../../packages/tanstack-ai/examples/chat.tsx'
import { openPage } from './open-page.ts'

openPage(Chat)
