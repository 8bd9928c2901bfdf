import { Invocation } from '@ably/ai-transport'
import { createAgentSession, vercelRunOutcome } from '@ably/ai-transport/vercel'
import type { ClientOptions } from 'ably'
import { Realtime } from 'ably'
import { convertToModelMessages, isStepCount, streamText } from 'ai'
import { agentConfig, report } from '../../harness/script.ts'
import { scriptedModel } from '../../harness/scripted-model.ts'
import { serveRequests } from '../../harness/serve-requests.ts'
import { sendTools } from '../send-tools.ts'

/** As the README of @ably/ai-transport says, with presence as its documentation has it. */
const { client, port } = agentConfig<{ readonly client: ClientOptions; readonly port: number }>()
const ably = new Realtime({ ...client, clientId: 'agent' })
// As under Next.js, which goes on after one.
process.on('unhandledRejection', () => undefined)

await serveRequests(port, async (request) => {
  const invocation = Invocation.fromJSON((await request.json()) as Parameters<typeof Invocation.fromJSON>[0]) // Their client writes it.
  const session = createAgentSession({ client: ably, channelName: invocation.sessionName })
  await session.connect()
  const run = session.createRun(invocation)
  // Next's `after`: the response does not wait for it.
  void work().catch(() => undefined)
  return Response.json({ runId: run.runId, invocationId: run.invocationId })

  async function work(): Promise<void> {
    await session.presence.enter({ status: 'thinking' })
    while (run.view.hasOlder()) await run.view.loadOlder()
    await run.start()
    const conversation = run.view.getMessages().map(({ message }) => message)
    const result = streamText({
      model: scriptedModel,
      messages: await convertToModelMessages(conversation),
      tools: sendTools,
      stopWhen: isStepCount(9),
      abortSignal: run.abortSignal,
      onError: () => undefined,
    })
    const piped = await run.pipe(result.toUIMessageStream({ originalMessages: conversation }))
    const outcome = await vercelRunOutcome(piped, result.finishReason)
    if (outcome.reason === 'suspend') await run.suspend()
    else await run.end(outcome)
    await session.presence.leave()
    await session.end()
  }
})
report({ is: 'ready' })
