import { createChatConnection, messageFacts } from '@streamfold/tanstack-ai'
import { useChat } from '@tanstack/ai-react'
import type { Page, ShownMessage } from '../../layer.ts'
import type { AblyPlace } from '../ably-stage.ts'
import { renderHook } from '../render-hook.ts'
import { tanStackParts } from '../tanstack-parts.ts'
import { statusOf } from './shown.ts'

/** `useChat` of TanStack AI on our connection, as packages/tanstack-ai/README.md shows it. */
export async function tanStackAiPage({ client, channelName }: AblyPlace): Promise<Page> {
  const connection = createChatConnection(client.channels.get(channelName), { agent: 'agent', onError: () => undefined })
  const { current, unmount } = renderHook(() => useChat({ connection, threadId: channelName, live: true, persistence: true }))
  const interruptOf = (approvalId: string | undefined) => current().interrupts.find(({ id }) => id === approvalId)
  return {
    messages: () =>
      current().messages.map((message): ShownMessage => ({
        role: message.role === 'user' ? 'user' : 'assistant',
        status: statusOf(messageFacts(message)?.status),
        parts: tanStackParts(message.parts, ({ approval }) => interruptOf(approval?.id) !== undefined),
      })),
    send: (text) => current().sendMessage(text),
    async approve(callId) {
      const parts = current().messages.flatMap(({ parts }) => parts)
      const call = parts.find((part) => part.type === 'tool-call' && part.id === callId)
      const interrupt = interruptOf(call?.type === 'tool-call' ? call.approval?.id : undefined)
      if (interrupt?.kind !== 'generic') throw new Error(`unable to approve; ${callId} does not ask on the page`)
      interrupt.resolveInterrupt({ approved: true })
    },
    async stop() {
      current().stop()
    },
    close: unmount,
  }
}
