import { DurableStreamTestServer } from '@durable-streams/server'
import { freePort } from '../../harness/free-port.ts'
import type { Layer } from '../../layer.ts'
import type { Service } from '../http-stage.ts'
import { httpStage } from '../http-stage.ts'
import { useChatPage } from './use-chat-page.ts'

const byOffset = 'a reader asks for what follows its offset, so a stream has neither gaps nor repetitions'

export const durableStreams: Layer = {
  id: 'durable-streams',
  folder: 'durable-streams',
  name: 'Durable Streams, AI SDK transport',
  packages: ['@durable-streams/aisdk-transport', '@durable-streams/server', 'ai-6', 'ai-sdk-react-3'],
  setUp:
    '`useChat` with `resume: true` on `createDurableChatTransport`, `streamText` into `toDurableStreamResponse` with a read proxy, the reference server in memory, messages in files, and the stop endpoint of the AI SDK’s documentation',
  address: 'https://www.npmjs.com/package/@durable-streams/aisdk-transport',
  without: {
    forget: 'the server keeps no connection of a page, only streams',
    lose: byOffset,
    duplicate: byOffset,
    redact: 'a stream is only appended to, and messages are in the application’s own store',
  },
  excludes: {},
  start: () => httpStage(new URL('agent.ts', import.meta.url), useChatPage, startServer),
}

async function startServer(): Promise<Service> {
  const streams: string[] = []
  const onStreamCreated = ({ path }: { readonly path: string }): void => void streams.push(path)
  const server = new DurableStreamTestServer({ port: await freePort(), host: '127.0.0.1', onStreamCreated })
  await server.start()
  return {
    port: Number(new URL(server.url).port),
    faults: {
      refuse() {
        const stream = streams.at(-1)
        if (stream === undefined) throw new Error('unable to refuse; there is no stream')
        server.injectFault(stream, { status: 503, method: 'POST' })
      },
    },
    close: () => server.stop(),
  }
}
