import { ablyService } from '@streamfold/ably/agent'
import { createMemoryArchive } from '@streamfold/testkit/archive'
import type { AgentHandler, Chunk, Task } from '../../../src/index.ts'
import { createAgentHandler } from '../../../src/index.ts'

/** What each server is told of its surroundings. */
export interface Surroundings {
  readonly ablyPort: number
  readonly key: string
  readonly modelUrl: string
  readonly origin: string
}

/** The handler of the scenarios in `@streamfold/test-support/handler/handler-scenarios`. */
export function createTestAgent({ ablyPort, key, modelUrl, origin }: Surroundings): AgentHandler {
  async function* respond({ prompt, continued, signal }: Task): AsyncGenerator<Chunk, void> {
    const decided = (continued?.calls ?? []).map(({ toolCallId, approved }) => ({ toolCallId, approved }))
    const body = JSON.stringify({ prompt: prompt.text, decided })
    const response = await fetch(modelUrl, { method: 'POST', body, signal })
    let rest = ''
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + piece).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield JSON.parse(line) as Chunk // What the model's server writes.
    }
  }

  return createAgentHandler({
    service: ablyService({ key, endpoint: '127.0.0.1', port: ablyPort, tls: false, logLevel: 0, disableConnectivityCheck: true }),
    respond,
    authorize(request) {
      const clientId = request.headers.get('x-user')
      if (clientId === null) return undefined
      return { clientId, conversations: (name) => name.startsWith(`ai:${clientId}-`) }
    },
    archive: createMemoryArchive(),
    origins: [origin],
    staleAfter: 5_000,
    heartbeat: 500,
  })
}
