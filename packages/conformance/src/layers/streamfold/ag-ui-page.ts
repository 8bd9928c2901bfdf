import { buildResumeArray } from '@ag-ui/client'
import { ConversationAgent } from '@streamfold/ag-ui'
import type { Page } from '../../layer.ts'
import type { AblyPlace } from '../ably-stage.ts'
import { shownThread } from '../ag-ui/shown-thread.ts'
import { statusOf } from './shown.ts'

/** The agent of AG-UI, followed, as packages/ag-ui/README.md shows it. */
export async function agUiPage({ client, channelName }: AblyPlace): Promise<Page> {
  const agent = new ConversationAgent(client.channels.get(channelName), { agent: 'agent', onError: () => undefined })
  const stopFollowing = agent.follow()
  return {
    messages: () => shownThread(agent.messages, agent.pendingInterrupts, ({ id }) => statusOf(agent.find(id)?.status)),
    send(text) {
      agent.addMessage({ id: crypto.randomUUID(), role: 'user', content: text })
      return agent.runAgent()
    },
    approve(callId) {
      const interrupt = agent.pendingInterrupts.find(({ toolCallId }) => toolCallId === callId)
      if (!interrupt) throw new Error(`unable to approve; ${callId} does not ask on the page`)
      const answers = { [interrupt.id]: { status: 'resolved' as const, payload: { approved: true } } }
      return agent.runAgent({ resume: buildResumeArray(agent.pendingInterrupts, answers) })
    },
    async stop() {
      agent.abortRun()
    },
    async close() {
      stopFollowing()
      await agent.detachActiveRun()
    },
  }
}
