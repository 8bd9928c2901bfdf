import { useChat } from '@ai-sdk/react'
import type { UIMessage } from 'ai'
import { DefaultChatTransport, lastAssistantMessageIsCompleteWithApprovalResponses } from 'ai'
import { browserFetch } from '../../harness/browser-fetch.ts'
import type { Page } from '../../layer.ts'
import type { HttpPlace } from '../http-stage.ts'
import { renderHook } from '../render-hook.ts'
import { shownChat } from './shown-chat.ts'
import type { StoredChat } from './chat-store.ts'

const id = 'chat'

/** `useChat` with `resume`, and the messages that the server has kept. */
export async function useChatPage({ url }: HttpPlace): Promise<Page> {
  const { messages: kept } = (await (await browserFetch(`${url}/api/chat/${id}`)).json()) as StoredChat<UIMessage> // `agent.ts` writes it.
  const transport = new DefaultChatTransport({
    api: `${url}/api/chat`,
    fetch: browserFetch,
    prepareSendMessagesRequest: ({ id, messages }) => ({ body: { id, message: messages.at(-1) } }),
  })
  const { current, unmount } = renderHook(() =>
    useChat({
      id,
      messages: [...kept],
      resume: true,
      transport,
      sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses,
    }),
  )
  return {
    messages: () => shownChat(current()),
    send: (text) => current().sendMessage({ text }),
    async approve(callId) {
      const part = current()
        .messages.flatMap(({ parts }) => parts)
        .find((part) => 'toolCallId' in part && part.toolCallId === callId && part.state === 'approval-requested')
      if (!part || !('approval' in part) || !part.approval)
        throw new Error(`unable to approve; ${callId} does not ask on the page`)
      await current().addToolApprovalResponse({ id: part.approval.id, approved: true })
    },
    async stop() {
      const last = current().messages.at(-1)
      const body = JSON.stringify(last?.role === 'assistant' ? { assistantMessage: last } : {})
      await browserFetch(`${url}/api/chat/${id}/stop`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      await current().stop()
    },
    async close() {
      // What a browser does with the requests of a page that is closed.
      await current().stop()
      unmount()
    },
  }
}
