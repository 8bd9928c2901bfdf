import { toDurableStreamResponse } from '@durable-streams/aisdk-transport'
import type { LanguageModel, UIMessage } from 'ai-6'
import { convertToModelMessages, generateId, stepCountIs, streamText } from 'ai-6'
import { agentConfig, report } from '../../harness/script.ts'
import { scriptedModel } from '../../harness/scripted-model.ts'
import { serveRequests } from '../../harness/serve-requests.ts'
import { chatStore, withMessage } from '../ai-sdk/chat-store.ts'
import { tools } from './tools.ts'

/** The routes of the README of @durable-streams/aisdk-transport, with its read proxy, and the stop endpoint of the AI SDK's documentation. */
const { port, service, folder } = agentConfig<{ readonly port: number; readonly service: number; readonly folder: string }>()
const { read, save } = chatStore<UIMessage>(folder)
const streamUrl = (path: string): string => `http://127.0.0.1:${service}/v1/stream/${path}`
const readUrl = (request: Request, path: string): string => `http://${request.headers.get('host')}/api/chat-stream?path=${path}`
/** The work that a stop has to cancel, by stream. */
const working = new Map<string, AbortController>()

await serveRequests(port, async (request) => {
  const { pathname } = new URL(request.url)
  if (pathname === '/api/chat-stream') return readThrough(request)
  const [, , , id = '', action] = pathname.split('/')
  if (request.method === 'POST' && action === 'stop') return stop(id, request)
  if (request.method === 'POST') return answer(request)
  return action === 'stream' ? reconnect(id, request) : Response.json(read(id))
})
report({ is: 'ready' })

async function answer(request: Request): Promise<Response> {
  const { messages, id } = (await request.json()) as { readonly messages: UIMessage[]; readonly id: string } // Their transport writes it.
  const activeStreamId = `chat-${id}-${crypto.randomUUID()}`
  save(id, { messages, activeStreamId })
  const controller = new AbortController()
  working.set(activeStreamId, controller)
  const result = streamText({
    model: scriptedModel as LanguageModel, // Two releases declare the same format.
    messages: await convertToModelMessages(messages),
    tools,
    stopWhen: stepCountIs(9),
    abortSignal: controller.signal,
    onError: () => undefined,
  })
  return toDurableStreamResponse({
    source: result.toUIMessageStream({
      originalMessages: messages,
      generateMessageId: generateId,
      onFinish: ({ messages: finalMessages }) => save(id, { messages: finalMessages, activeStreamId: null }),
    }),
    stream: { writeUrl: streamUrl(activeStreamId), readUrl: readUrl(request, activeStreamId) },
  })
}

function reconnect(id: string, request: Request): Response {
  const { activeStreamId } = read(id)
  if (activeStreamId === null) return new Response(null, { status: 204 })
  const url = readUrl(request, activeStreamId)
  return Response.json({ streamUrl: url }, { headers: { location: url } })
}

async function readThrough(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url)
  const upstream = new URL(streamUrl(searchParams.get('path') ?? ''))
  for (const [name, value] of searchParams) if (name !== 'path') upstream.searchParams.append(name, value)
  const accept = request.headers.get('accept')
  const response = await fetch(upstream, { signal: request.signal, ...(accept !== null && { headers: { accept } }) })
  const ofThisHop = new Set(['connection', 'transfer-encoding', 'content-encoding', 'content-length'])
  const headers = new Headers([...response.headers].filter(([name]) => !ofThisHop.has(name)))
  headers.set('cache-control', 'no-store')
  return new Response(response.body, { status: response.status, headers })
}

async function stop(id: string, request: Request): Promise<Response> {
  const { activeStreamId, messages } = read(id)
  if (activeStreamId === null) return Response.json({ success: true })
  const { assistantMessage } = (await request.json()) as { readonly assistantMessage?: UIMessage } // `use-chat-page.ts` writes it.
  if (assistantMessage) save(id, { messages: withMessage(messages, assistantMessage) })
  working.get(activeStreamId)?.abort()
  if (read(id).activeStreamId === activeStreamId) save(id, { activeStreamId: null })
  return Response.json({ success: true })
}
