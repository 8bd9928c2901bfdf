import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Serves a handler of web requests, as frameworks do, on a port of this machine. Resolves when it listens. */
export function serveRequests(port: number, handle: (request: Request) => Promise<Response>): Promise<void> {
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk as Buffer) // A request without encoding.
      const body = incoming.method === 'GET' ? null : Buffer.concat(chunks)
      // Aborted when the client goes away.
      const left = new AbortController()
      outgoing.on('close', () => left.abort())
      const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)])
      const init = { method: incoming.method ?? 'GET', headers, body, signal: left.signal }
      const response = await handle(new Request(`http://127.0.0.1:${port}${incoming.url}`, init))
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      outgoing.flushHeaders()
      if (response.body) await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), outgoing) // Two libraries declare the same type.
      else outgoing.end()
    })().catch((error: unknown) => {
      // A reader that goes away is no failure of the server.
      if (!outgoing.headersSent) outgoing.writeHead(500).end(String(error))
      else outgoing.destroy()
    })
  })
  // A page whose law waits longer than this would send into a connection that is being closed.
  server.keepAliveTimeout = 0
  return new Promise((resolve) => void server.listen(port, '127.0.0.1', resolve))
}
