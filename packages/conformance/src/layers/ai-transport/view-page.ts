import { createClientSession } from '@ably/ai-transport/vercel'
import type { Page, ShownMessage, ShownStatus } from '../../layer.ts'
import type { AblyPlace } from '../ably-stage.ts'
import { shownParts } from '../shown-parts.ts'

/** The session and its view, which `useView` gives to components. @param agentPort where runs are asked for */
export async function viewPage({ client, channelName, through }: AblyPlace, agentPort: number): Promise<Page> {
  const session = createClientSession({ client, channelName })
  await session.connect()
  const { view, presence } = session
  while (view.hasOlder()) await view.loadOlder()

  // As its documentation on agent presence shows: a run is active, and no agent is there, so it is offline.
  const agents = new Set<string>()
  await presence.subscribe(({ action, clientId, connectionId }) => {
    if (clientId !== 'agent') return
    if (action === 'leave' || action === 'absent') agents.delete(connectionId)
    else agents.add(connectionId)
  })
  for (const { clientId, connectionId } of await presence.get()) if (clientId === 'agent') agents.add(connectionId)

  const wake = async (run: Awaited<ReturnType<typeof view.send>>): Promise<unknown> =>
    fetch(`http://127.0.0.1:${await through(agentPort)}/api/chat`, {
      method: 'POST',
      body: JSON.stringify(run.toInvocation().toJSON()),
    })

  function statusOf(codecMessageId: string): ShownStatus {
    const run = view.runOf(codecMessageId)
    switch (run?.status) {
      case 'suspended':
        return 'waiting'
      case 'cancelled':
        return 'stopped'
      case 'error':
        return 'cut'
      case 'active':
        return agents.size > 0 ? 'going' : 'cut'
      default:
        return 'complete'
    }
  }

  return {
    messages: () =>
      view.getMessages().map(({ codecMessageId, message: { role, parts } }): ShownMessage => ({
        role: role === 'user' ? 'user' : 'assistant',
        status: role === 'user' ? 'complete' : statusOf(codecMessageId),
        parts: shownParts(parts),
      })),
    async send(text) {
      const message = { id: crypto.randomUUID(), role: 'user' as const, parts: [{ type: 'text' as const, text }] }
      await wake(await view.send({ kind: 'user-message', message }))
    },
    async approve(callId) {
      const pending = view
        .getMessages()
        .find(({ message }) =>
          message.parts.some((part) => 'toolCallId' in part && part.toolCallId === callId && part.state === 'approval-requested'),
        )
      const run = pending && view.runOf(pending.codecMessageId)
      if (!pending || !run) throw new Error(`unable to approve; ${callId} does not ask on the page`)
      const response = {
        kind: 'tool-approval-response' as const,
        codecMessageId: pending.codecMessageId,
        payload: { toolCallId: callId, approved: true },
      }
      await wake(await view.send(response, { runId: run.runId }))
    },
    async stop() {
      for (const { runId, status } of view.runs()) if (status === 'active') await session.cancel(runId)
    },
    close: () => session.close(),
  }
}
