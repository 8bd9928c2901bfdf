import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A call of the model, which answers as the test says. */
export interface ModelCall {
  /** Calls that people have decided, where the response goes on. */
  readonly decided: readonly { readonly toolCallId: string; readonly approved: boolean }[]
  /** Yields a text, or another chunk. */
  write(chunk: string | object): void
  end(): void
  /** Resolves when the agent has gone: it was stopped, or has died. */
  readonly left: Promise<void>
}

/** A model behind HTTP, for agents in other processes: it takes `{ prompt, decided }` and returns a line of JSON for each chunk. */
export interface ModelServer {
  readonly url: string
  /** The next call with this prompt that no one has taken. */
  called(prompt: string): Promise<ModelCall>
  /** How many calls with this prompt there were. */
  count(prompt: string): number
  close(): Promise<void>
}

export async function createModelServer(): Promise<ModelServer> {
  const counts = new Map<string, number>()
  const waiting = new Map<string, ((call: ModelCall) => void)[]>()
  const untaken = new Map<string, ModelCall[]>()

  const server = createServer((request, response) => void take(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const piece of request.setEncoding('utf8')) body += piece
    const { prompt, decided } = JSON.parse(body) as Pick<ModelCall, 'decided'> & { readonly prompt: string } // What the test's agents send.
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.flushHeaders()
    const call: ModelCall = {
      decided,
      write: (chunk) => void response.write(`${JSON.stringify(chunk)}\n`),
      end: () => void response.end(),
      left: once(response, 'close').then(() => undefined),
    }
    counts.set(prompt, (counts.get(prompt) ?? 0) + 1)
    const taker = waiting.get(prompt)?.shift()
    if (taker) taker(call)
    else untaken.set(prompt, [...(untaken.get(prompt) ?? []), call])
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, // It listens on a port.
    called(prompt) {
      const call = untaken.get(prompt)?.shift()
      if (call) return Promise.resolve(call)
      return new Promise((resolve) => waiting.set(prompt, [...(waiting.get(prompt) ?? []), resolve]))
    },
    count: (prompt) => counts.get(prompt) ?? 0,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
