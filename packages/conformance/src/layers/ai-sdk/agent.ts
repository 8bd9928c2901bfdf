import type { UIMessage } from 'ai'
import {
  convertToModelMessages,
  createUIMessageStreamResponse,
  generateId,
  isStepCount,
  streamText,
  toUIMessageStream,
  UI_MESSAGE_STREAM_HEADERS,
} from 'ai'
import { createClient } from 'redis'
import { createResumableStreamContext } from 'resumable-stream'
import { agentConfig, report } from '../../harness/script.ts'
import { scriptedModel } from '../../harness/scripted-model.ts'
import { serveRequests } from '../../harness/serve-requests.ts'
import { sendTools } from '../send-tools.ts'
import { chatStore, withMessage } from './chat-store.ts'

/** The four routes of the AI SDK's documents on persistence, resumable streams and how to stop them. */
const { port, service, folder } = agentConfig<{ readonly port: number; readonly service: number; readonly folder: string }>()
const { read, save } = chatStore<UIMessage>(folder)

const publisher = createClient({ url: `redis://127.0.0.1:${service}` })
const subscriber = publisher.duplicate()
// Without a listener an outage of Redis would end the process.
for (const client of [publisher, subscriber]) client.on('error', () => undefined)
await Promise.all([publisher.connect(), subscriber.connect()])
const streams = createResumableStreamContext({ waitUntil: null, publisher, subscriber })

/** The work that a stop has to cancel, by stream. */
const working = new Map<string, AbortController>()

await serveRequests(port, async (request) => {
  const [, , , id = '', action] = new URL(request.url).pathname.split('/')
  if (request.method === 'POST' && action === 'stop') return stop(id, request)
  if (request.method === 'POST') return answer(request)
  return action === 'stream' ? resume(id) : Response.json(read(id))
})
report({ is: 'ready' })

async function answer(request: Request): Promise<Response> {
  const { message, id } = (await request.json()) as { readonly message: UIMessage; readonly id: string } // `use-chat-page.ts` writes it.
  const messages = withMessage(read(id).messages, message)
  save(id, { messages, activeStreamId: null })
  const streamId = generateId()
  const controller = new AbortController()
  working.set(streamId, controller)
  const result = streamText({
    model: scriptedModel,
    messages: await convertToModelMessages(messages),
    tools: sendTools,
    stopWhen: isStepCount(9),
    abortSignal: controller.signal,
    onError: () => undefined,
  })
  return createUIMessageStreamResponse({
    stream: toUIMessageStream({
      stream: result.stream,
      originalMessages: messages,
      generateMessageId: generateId,
      onEnd: ({ messages }) => {
        working.delete(streamId)
        save(id, { messages, activeStreamId: null })
      },
    }),
    async consumeSseStream({ stream }) {
      await streams.createNewResumableStream(streamId, () => stream)
      save(id, { activeStreamId: streamId })
    },
  })
}

async function resume(id: string): Promise<Response> {
  const { activeStreamId } = read(id)
  if (activeStreamId === null) return new Response(null, { status: 204 })
  const stream = await streams.resumeExistingStream(activeStreamId)
  return new Response(stream?.pipeThrough(new TextEncoderStream()) ?? null, { headers: UI_MESSAGE_STREAM_HEADERS })
}

async function stop(id: string, request: Request): Promise<Response> {
  const { activeStreamId, messages } = read(id)
  if (activeStreamId === null) return Response.json({ success: true })
  const { assistantMessage } = (await request.json()) as { readonly assistantMessage?: UIMessage } // As above.
  if (assistantMessage) save(id, { messages: withMessage(messages, assistantMessage) })
  working.get(activeStreamId)?.abort()
  if (read(id).activeStreamId === activeStreamId) save(id, { activeStreamId: null })
  return Response.json({ success: true })
}
