import type { Interrupt, Message } from '@ag-ui/core'
import { buildResumeArray, HttpAgent } from '@ag-ui/client'
import { browserFetch } from '../../harness/browser-fetch.ts'
import type { Page, ShownMessage, ShownPart, ShownStatus } from '../../layer.ts'
import type { HttpPlace } from '../http-stage.ts'
import type { Thread } from './agent.ts'

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
    messages: () => shownMessages(agent.messages, agent.pendingInterrupts, ended),
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

/** AG-UI has a message for each text, reasoning, call and result; those that follow a prompt are its answer. */
function shownMessages(messages: readonly Message[], interrupts: readonly Interrupt[], ended: ShownStatus): ShownMessage[] {
  const shown: { role: 'user' | 'assistant'; parts: ShownPart[] }[] = []
  const answer = (): ShownPart[] => {
    if (shown.at(-1)?.role !== 'assistant') shown.push({ role: 'assistant', parts: [] })
    return shown.at(-1)!.parts // It has just been pushed.
  }
  for (const message of messages) {
    if (message.role === 'user')
      shown.push({ role: 'user', parts: [{ type: 'text', text: typeof message.content === 'string' ? message.content : '' }] })
    else if (message.role === 'reasoning') answer().push({ type: 'reasoning', text: message.content })
    else if (message.role === 'assistant') {
      if (typeof message.content === 'string' && message.content !== '') answer().push({ type: 'text', text: message.content })
      for (const { id } of message.toolCalls ?? [])
        answer().push({
          type: 'tool',
          text: '',
          callId: id,
          state: interrupts.some((each) => each.toolCallId === id) ? 'asks' : 'called',
        })
    } else if (message.role === 'tool') {
      const parts = answer()
      const at = parts.findIndex(({ callId }) => callId === message.toolCallId)
      if (at !== -1) parts[at] = { ...parts[at]!, state: 'done' }
    }
  }
  return shown.map((message, at) => ({
    ...message,
    status: message.role === 'user' || at < shown.length - 1 ? 'complete' : ended,
  }))
}
