import type { Message } from '@ag-ui/core'
import { ConversationAgent } from '@streamfold/ag-ui'
import type { Reader } from '../reader.ts'
import { callLine } from '../reader.ts'

/** AG-UI has a message for each part, and gives the result of a call in one of its own. */
function linesOf(messages: readonly Message[]): string[] {
  const results = new Map(messages.flatMap((message) => (message.role === 'tool' ? [[message.toolCallId, message.content]] : [])))
  return messages.flatMap((message): string[] => {
    switch (message.role) {
      case 'user':
      case 'reasoning':
        return [`${message.role} ${String(message.content)}`]
      case 'assistant': {
        const calls = (message.toolCalls ?? []).map(({ id, function: { name, arguments: input } }) =>
          callLine(name, JSON.parse(input || '{}'), results.get(id)),
        )
        return message.content ? [`text ${message.content}`, ...calls] : calls
      }
      case 'activity':
        return message.activityType === 'source-url' ? [`source ${String(message.content['url'])}`] : []
      default:
        return []
    }
  })
}

export const agUi: Reader = {
  name: 'the client of AG-UI',
  open({ client, name, codec }) {
    const agent = new ConversationAgent(client.channels.get(name), { agent: 'agent', codec })
    const stop = agent.follow()
    return {
      shown: () => ({
        lines: linesOf(agent.messages),
        standing: agent.isRunning ? 'streaming' : agent.pendingInterrupts.length > 0 ? 'waiting' : 'ended',
      }),
      async close() {
        stop()
        await agent.detachActiveRun()
      },
    }
  },
}
