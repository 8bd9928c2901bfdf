import { createAblyClients } from './ably-clients.ts'
import { createAgents } from './agents.ts'
import { describeFailure } from './describe-failure.ts'
import { readEnvironment } from './environment.ts'
import { createApp } from './http/app.ts'
import { listen } from './listen.ts'
import { createModel } from './model.ts'
import { channelOpener } from './open-channel.ts'
import { createRespond } from './respond.ts'

export interface RunningAgent {
  close(): Promise<void>
}

/** Starts the agent as the variables say. Fails with a message that says what to change. */
export async function startAgent(
  variables: Readonly<Record<string, string | undefined>>,
  log: (line: string) => void,
): Promise<RunningAgent> {
  const { port, host, ably, model: choice, origins } = readEnvironment(variables)
  const onError = (error: unknown): void => log(`error: ${nameOf(error)}`)
  const model = createModel(choice)
  const { realtime, rest } = createAblyClients(ably)
  realtime.connection.on((change) => {
    if (change.reason && change.current !== 'closing' && change.current !== 'closed')
      log(`ably: ${change.current} (${change.reason.code})`)
  })
  const agents = createAgents({
    open: channelOpener(realtime),
    respond: createRespond(model),
    describe(error) {
      onError(error)
      return describeFailure(error)
    },
    onError,
  })
  const health = (): Record<string, unknown> => ({
    model: model.modelId,
    demo: choice.kind === 'demo',
    ably: ably.kind === 'service' ? 'service' : `localhost:${ably.port}`,
    connection: realtime.connection.state,
  })
  const app = createApp({ rest, agents, origins, health, onError })
  try {
    const stop = await listen(app, port, host)
    log(
      `agent: http://localhost:${port}, model ${model.modelId}, Ably ${ably.kind === 'service' ? 'service' : `at localhost:${ably.port}`}`,
    )
    return {
      async close() {
        await agents.close()
        realtime.close()
        await stop()
      },
    }
  } catch (error) {
    realtime.close()
    throw error
  }
}

/** Kind and code, never the message: a provider's may quote the key or the prompt. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown } // ErrorInfo and APICallError carry them
  return [error.name, code, statusCode].filter((part) => part !== undefined).join(' ')
}
