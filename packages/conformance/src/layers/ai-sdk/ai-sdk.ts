import { startRedis } from '../../harness/redis.ts'
import type { Layer } from '../../layer.ts'
import { httpStage } from '../http-stage.ts'
import { useChatPage } from './use-chat-page.ts'

const noService =
  'text goes over HTTP and TCP, which neither lose nor repeat a piece; Redis is in between only for pages that resume'

export const aiSdk: Layer = {
  id: 'ai-sdk',
  folder: 'ai-sdk',
  name: 'AI SDK, `resumable-stream`',
  packages: ['ai', '@ai-sdk/react', 'resumable-stream', 'redis'],
  setUp:
    '`useChat` with `resume: true` and the approvals’ condition, `streamText` with `consumeSseStream`, `resumable-stream` on a local Redis, messages in files, and the stop endpoint of the documentation',
  address: 'https://ai-sdk.dev/docs/ai-sdk-ui/chatbot-resume-streams',
  without: {
    forget: 'a page has no connection that the server would have to remember',
    lose: noService,
    refuse: noService,
    duplicate: noService,
    redact: 'messages are in the application’s own store, and no service tells pages of a change there',
  },
  excludes: {},
  start: () => httpStage(new URL('agent.ts', import.meta.url), useChatPage, startRedis),
}
