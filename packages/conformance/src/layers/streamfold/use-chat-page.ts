import { useChat } from '@ai-sdk/react'
import { createChatTransport } from '@streamfold/ai-sdk'
import { useEffect } from 'react'
import type { Page, ShownMessage } from '../../layer.ts'
import type { AblyPlace } from '../ably-stage.ts'
import { renderHook } from '../render-hook.ts'
import { shownParts } from '../shown-parts.ts'
import { statusOf } from './shown.ts'

/** `useChat` of the AI SDK on our transport, as packages/ai-sdk/README.md shows it. */
export async function useChatPage({ client, channelName }: AblyPlace): Promise<Page> {
  const channel = client.channels.get(channelName)
  const transport = createChatTransport(channel, { agent: 'agent' })
  const { sendAutomaticallyWhen } = transport
  const { current, unmount } = renderHook(() => {
    const chat = useChat({ id: channel.name, transport, sendAutomaticallyWhen })
    const { setMessages, resumeStream } = chat
    useEffect(() => transport.follow({ setMessages, resumeStream }), [setMessages, resumeStream])
    return chat
  })
  return {
    messages: () =>
      current().messages.map(({ role, parts, metadata }): ShownMessage => ({
        role: role === 'user' ? 'user' : 'assistant',
        status: statusOf(metadata?.status),
        parts: shownParts(parts),
      })),
    send: (text) => current().sendMessage({ text }),
    async approve(callId) {
      const part = current()
        .messages.flatMap(({ parts }) => parts)
        .find((part) => 'toolCallId' in part && part.toolCallId === callId && part.state === 'approval-requested')
      if (!part || !('approval' in part) || !part.approval)
        throw new Error(`unable to approve; ${callId} does not ask on the page`)
      await current().addToolApprovalResponse({ id: part.approval.id, approved: true })
    },
    stop: () => current().stop(),
    close() {
      unmount()
      transport.close()
    },
  }
}
