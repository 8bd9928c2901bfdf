import { execFile } from 'node:child_process'
import { readdir, readFile, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Rest } from 'ably'
import { build } from 'esbuild'
import { clientIdOf } from '../../apps/agent/src/http/person.ts'
import { pace } from './pace.ts'

export interface Pages {
  /** Addresses of the production builds, on one conversation. */
  readonly address: Readonly<Record<Competitor, (conversation: string) => string>>
  /** Answers the next request on AI SDK's route with its chunks, those of each token together. */
  streamNext(tokens: readonly Chunks[], told: (sent: number) => Promise<void> | void): Promise<void>
  close(): void
}

/** Chunks of AI SDK's stream protocol. */
export type Chunks = readonly object[]

export type Competitor = 'react' | 'vue' | 'ably example' | 'useChat'

const run = promisify(execFile)
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Builds our apps and the peers for production, and serves them with what they ask for. */
export async function openPages(ably: { readonly port: number; readonly key: string }): Promise<Pages> {
  const rest = new Rest({ key: ably.key, endpoint: 'localhost', port: ably.port, tls: false })
  const apps = await Promise.all(['react', 'vue'].map((name) => builtApp(name, ably.port)))
  const peers = await builtPeers()
  let next: ((response: ServerResponse) => void) | undefined

  const servers = [...apps, peers].map((files) =>
    createServer((request, response) => {
      answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
      async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const { pathname } = new URL(request.url ?? '/', 'http://localhost')
        if (pathname === '/healthz') return json(response, { ok: true, model: 'bench', demo: true, connection: 'connected' })
        if (pathname === '/api/ably-token') {
          const { secret } = (await readBody(request)) as { readonly secret: string } // Only our apps ask.
          return json(response, await rest.auth.createTokenRequest({ clientId: clientIdOf(secret) }))
        }
        if (pathname === '/api/conversations') return json(response, { conversations: [] })
        if (pathname === '/chat') return void next?.(response)
        const file = files.get(pathname)
        if (!file) return void response.writeHead(404).end()
        response.writeHead(200, { 'content-type': typeOf(pathname) }).end(file)
      }
    }),
  )
  const [react, vue, plain] = await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
      return `http://localhost:${(server.address() as AddressInfo).port}`
    }),
  )

  return {
    address: {
      react: (conversation) => `${react}/?c=${conversation}&debug`,
      vue: (conversation) => `${vue}/?c=${conversation}&debug`,
      'ably example': (conversation) =>
        `${plain}/ably-example.html?channel=ai:${conversation}&ably=${ably.port}&key=${encodeURIComponent(ably.key)}`,
      useChat: () => `${plain}/use-chat.html`,
    },
    streamNext(tokens, told) {
      return new Promise((resolve, reject) => {
        next = (response) => {
          stream(response, tokens, told).then(resolve, reject)
        }
      })
    },
    close() {
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}

/** As AI SDK's server side writes a response: its stream protocol, as server-sent events. */
async function stream(
  response: ServerResponse,
  tokens: readonly Chunks[],
  told: (sent: number) => Promise<void> | void,
): Promise<void> {
  const send = (chunk: object) => void response.write(`data: ${JSON.stringify(chunk)}\n\n`)
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-vercel-ai-ui-message-stream': 'v1' })
  send({ type: 'start' })
  await pace(tokens, (chunks) => chunks.forEach(send), told)
  send({ type: 'finish' })
  response.end('data: [DONE]\n\n')
}

async function builtApp(name: string, ablyPort: number): Promise<Map<string, Buffer>> {
  const cwd = here(`../../apps/${name}/`)
  const outDir = here(`../results/ui-${name}/`)
  const env = { ...process.env, LOCAL_ABLY_PORT: String(ablyPort), ABLY_API_KEY: '', VITE_ABLY_KEY: '' }
  await run(
    process.execPath,
    [`${cwd}node_modules/vite/bin/vite.js`, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'error'],
    { cwd, env },
  )
  const html = await readFile(`${outDir}index.html`)
  const files = new Map<string, Buffer>([['/', html]])
  for (const name of await readdir(`${outDir}assets`)) files.set(`/assets/${name}`, await readFile(`${outDir}assets/${name}`))
  await rm(outDir, { recursive: true })
  return files
}

async function builtPeers(): Promise<Map<string, Buffer>> {
  const sources = {
    'ably-example': new URL('./peers/ably-example.ts', import.meta.url),
    'use-chat': new URL('./peers/use-chat.ts', import.meta.url),
  }
  const { outputFiles } = await build({
    entryPoints: Object.values(sources).map((url) => fileURLToPath(url)),
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    outdir: '/',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  })
  const files = new Map<string, Buffer>()
  for (const name of Object.keys(sources)) {
    const script = outputFiles.find(({ path }) => path.endsWith(`${name}.js`))!
    files.set(`/${name}.js`, Buffer.from(script.contents))
    files.set(
      `/${name}.html`,
      Buffer.from(
        `<!doctype html><meta charset="utf-8"><style>body{max-width:44rem;margin:auto;font:16px/1.6 sans-serif}.message{white-space:pre-wrap;margin:1rem 0}</style><div id="app"></div><script type="module" src="/${name}.js"></script>`,
      ),
    )
  }
  return files
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString())
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function typeOf(path: string): string {
  return path.endsWith('.js') ? 'text/javascript' : path.endsWith('.css') ? 'text/css' : 'text/html'
}
