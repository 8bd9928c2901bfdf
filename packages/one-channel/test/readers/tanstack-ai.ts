import { createChatConnection, messageFacts } from '@streamfold/tanstack-ai'
import type { UIMessage } from '@tanstack/ai-client'
import { ChatClient } from '@tanstack/ai-client'
import type { Reader } from '../reader.ts'
import { callLine, partLine } from '../reader.ts'

/** TanStack AI has no part for a source: it is in what the connection adds to a message, which has our parts. */
function linesOf(messages: readonly UIMessage[]): string[] {
  return messages.flatMap((message) => {
    const results = new Map(
      message.parts.flatMap((part) => (part.type === 'tool-result' ? [[part.toolCallId, part.content]] : [])),
    )
    return message.parts.flatMap((part): string[] => {
      if (part.type === 'text') return [`${message.role === 'user' ? 'user' : 'text'} ${part.content}`]
      if (part.type === 'thinking') return [`reasoning ${part.content}`]
      if (part.type !== 'tool-call') return []
      return [callLine(part.name, JSON.parse(part.arguments || '{}'), results.get(part.id))]
    })
  })
}

const sources = (messages: readonly UIMessage[]) =>
  messages.flatMap((message) => (messageFacts(message)?.parts ?? []).map(partLine).filter((line) => line !== undefined))

export const tanStackAi: Reader = {
  name: 'ChatClient of TanStack AI',
  sources: 'apart',
  open({ client, name, codec }) {
    const connection = createChatConnection(client.channels.get(name), { agent: 'agent', codec })
    const chat = new ChatClient({ connection, threadId: name, persistence: true })
    chat.subscribe()
    chat.attach()
    return {
      shown() {
        const messages = chat.getMessages()
        const isStreaming = chat.getIsLoading() || chat.getSessionGenerating()
        return {
          lines: [...linesOf(messages), ...sources(messages)],
          standing: isStreaming ? 'streaming' : chat.getInterrupts().length > 0 ? 'waiting' : 'ended',
        }
      },
      close: () => chat.dispose(),
    }
  },
}
