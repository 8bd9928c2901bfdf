import { fetchServerSentEvents, useChat } from '@tanstack/ai-react'
import { browserFetch } from '../../harness/browser-fetch.ts'
import type { Page } from '../../layer.ts'
import type { HttpPlace } from '../http-stage.ts'
import { renderHook } from '../render-hook.ts'
import { tanStackPage } from './tanstack-page.ts'
import { sendTool } from './tools.ts'

/** Its default gives up after a second. A person would not. */
const reconnect = { maxAttempts: 60, delayMs: 500 }

/** `useChat` with `persistence: true`: the server has the thread. */
export async function useChatPage({ url }: HttpPlace): Promise<Page> {
  const connection = fetchServerSentEvents(`${url}/api/chat`, { fetchClient: browserFetch, reconnect })
  const rendered = renderHook(() => useChat({ threadId: 'chat', connection, persistence: true, tools: [sendTool] }))
  return tanStackPage(rendered, `${url}/api/chat/stop`)
}
