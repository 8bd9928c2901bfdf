import { buildResumeArray, HttpAgent } from '@ag-ui/client'
import { browserFetch } from '../../harness/browser-fetch.ts'
import type { Page, ShownStatus } from '../../layer.ts'
import type { HttpPlace } from '../http-stage.ts'
import type { Thread } from './agent.ts'
import { shownThread } from './shown-thread.ts'

/** `HttpAgent`, opened with what the server has kept of the thread. */
export async function httpAgentPage({ url }: HttpPlace): Promise<Page> {
  const kept = (await (await browserFetch(url)).json()) as Thread // `agent.ts` writes it.
  const agent = new HttpAgent({ url, threadId: 'thread', initialMessages: [...kept.messages], fetch: browserFetch })
  agent.pendingInterrupts = [...kept.interrupts]
  let ended: ShownStatus = agent.pendingInterrupts.length > 0 ? 'waiting' : 'complete'
  agent.subscribe({
    onRunInitialized: () => void (ended = 'going'),
    onRunFinishedEvent: ({ outcome }) =>
      void (ended = outcome === 'interrupt' ? 'waiting' : outcome === 'cancelled' ? 'stopped' : 'complete'),
    onRunErrorEvent: () => void (ended = 'cut'),
    onRunFailed: () => void (ended = 'cut'),
    // A run that ends without an event of its own was cut off.
    onRunFinalized: () => void (ended = ended === 'going' ? 'cut' : ended),
  })
  const run = async (resume?: Parameters<typeof agent.runAgent>[0]): Promise<void> => {
    // The subscriber is told of it, too.
    await agent.runAgent(resume).catch(() => undefined)
  }
  return {
    messages: () => shownThread(agent.messages, agent.pendingInterrupts, (_, isLast) => (isLast ? ended : 'complete')),
    async send(text) {
      agent.addMessage({ id: crypto.randomUUID(), role: 'user', content: text })
      await run()
    },
    async approve(callId) {
      const answers = { [callId]: { status: 'resolved' as const, payload: { approved: true } } }
      await run({ resume: buildResumeArray(agent.pendingInterrupts, answers) })
    },
    async stop() {
      agent.abortRun()
      ended = 'stopped'
    },
    close: () => agent.abortRun(),
  }
}
