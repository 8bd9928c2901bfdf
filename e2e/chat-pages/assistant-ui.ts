import { Chat } from '../../packages/ai-sdk/examples/assistant-ui.tsx'
import { openPage } from './open-page.ts'

openPage(Chat)
