import { ablyService } from '@streamfold/ably/agent'
import type { Chunk, Task } from '@streamfold/agent'
import { createAgentHandler } from '@streamfold/agent'
import { createMemoryArchive } from '@streamfold/testkit/archive'
import { after } from 'next/server'

const { ABLY_KEY = '', ABLY_PORT, MODEL_URL = '', ORIGIN = '' } = process.env

const handler = createAgentHandler({
  service: ablyService({
    key: ABLY_KEY,
    endpoint: '127.0.0.1',
    port: Number(ABLY_PORT),
    tls: false,
    logLevel: 0,
    disableConnectivityCheck: true,
  }),
  respond,
  authorize(request) {
    const clientId = request.headers.get('x-user')
    return clientId === null ? undefined : { clientId, conversations: (name) => name.startsWith(`ai:${clientId}-`) }
  },
  archive: createMemoryArchive(),
  origins: [ORIGIN],
  staleAfter: 5_000,
  heartbeat: 500,
})

const answer = (request: Request): Promise<Response> => handler(request, { waitUntil: after })
export { answer as GET, answer as OPTIONS, answer as POST }

/** A model behind HTTP, which returns a line of JSON for each chunk. */
async function* respond({ prompt, continued, signal }: Task): AsyncGenerator<Chunk, void> {
  const decided = (continued?.calls ?? []).map(({ toolCallId, approved }) => ({ toolCallId, approved }))
  const response = await fetch(MODEL_URL, { method: 'POST', body: JSON.stringify({ prompt: prompt.text, decided }), signal })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + read.value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as Chunk // As the model's server writes them.
  }
}
