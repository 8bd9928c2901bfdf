import type { Layer } from '../../layer.ts'
import { httpStage } from '../http-stage.ts'
import { useChatPage } from './use-chat-page.ts'

const byOffset = 'a reader asks for what follows its offset, so a stream has neither gaps nor repetitions'

export const tanStackAi: Layer = {
  id: 'tanstack-ai',
  folder: 'tanstack-ai',
  name: 'TanStack AI, `memoryStream`',
  packages: ['@tanstack/ai', '@tanstack/ai-client', '@tanstack/ai-react'],
  setUp:
    '`useChat` with `persistence: true` on `fetchServerSentEvents` with 60 attempts to reconnect, `chat` into `toServerSentEventsResponse` with the log `memoryStream` in batches of one, `resumeServerSentEventsResponse`, threads in files, and a stop endpoint that aborts with `RUN_CANCEL_REASON`',
  address: 'https://tanstack.com/ai/latest/docs/resumable-streams/overview',
  without: {
    forget: 'a page has no connection that the server would have to remember',
    lose: byOffset,
    refuse: 'the log is in the memory of the agent, and nothing is in between that could refuse a piece',
    duplicate: byOffset,
    redact: 'messages are in the application’s own store, and nothing tells pages of a change there',
  },
  excludes: {
    restarted: {
      says: 'this log is in the memory of one process, and is lost with it; what survives it is kept by another adapter',
      address: 'https://tanstack.com/ai/latest/docs/resumable-streams/overview',
    },
  },
  start: () => httpStage(new URL('agent.ts', import.meta.url), useChatPage),
}
