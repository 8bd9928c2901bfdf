import type { ChatMiddleware, Interrupt, ModelMessage } from '@tanstack/ai'
import {
  chat,
  chatParamsFromRequest,
  memoryStream,
  modelMessagesToUIMessages,
  resumeServerSentEventsResponse,
  RUN_CANCEL_REASON,
  toServerSentEventsResponse,
} from '@tanstack/ai'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { agentConfig, execute, report } from '../../harness/script.ts'
import { serveRequests } from '../../harness/serve-requests.ts'
import { scriptedAdapter } from './scripted-adapter.ts'
import { lookTool, sendTool } from './tools.ts'

/**
 * The route of TanStack AI's document on resumable streams with its log in memory, and a store of threads in files, in the place of
 * `@tanstack/ai-persistence`: it answers `persistence: true` of the page.
 */
const { port, folder } = agentConfig<{ readonly port: number; readonly folder: string }>()
const file = `${folder}/thread.json`

/** What its client asks a server for, with messages as `chat` has them. */
interface Thread {
  readonly messages: readonly ModelMessage[]
  readonly activeRun: { readonly runId: string } | null
  readonly interrupts: { readonly runId: string; readonly pending: readonly Interrupt[] } | null
}

const read = (): Thread =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Thread) : { messages: [], activeRun: null, interrupts: null } // `save` wrote it.
const save = (thread: Thread): void => writeFileSync(file, JSON.stringify(thread))

/** The work that a stop has to cancel, by run. */
const working = new Map<string, AbortController>()
const tools = [sendTool.server(() => execute('send')), lookTool.server(() => execute('look'))]

const keep: ChatMiddleware = {
  onStart: ({ messages, runId }) => save({ messages, activeRun: { runId }, interrupts: null }),
  onChunk({ messages, runId }, chunk) {
    if (chunk.type !== 'RUN_FINISHED' || chunk.outcome?.type !== 'interrupt') return
    save({ messages, activeRun: null, interrupts: { runId, pending: chunk.outcome.interrupts } })
  },
  onFinish: ({ messages, runId }) => end(runId, messages),
  onError: ({ messages, runId }) => end(runId, messages),
  onAbort: ({ messages, runId, accumulatedContent }) =>
    end(runId, [...messages, { role: 'assistant', content: accumulatedContent }]),
}

function end(runId: string, messages: readonly ModelMessage[]): void {
  working.delete(runId)
  const { interrupts } = read()
  save({ messages, activeRun: null, interrupts: interrupts?.runId === runId ? interrupts : null })
}

await serveRequests(port, async (request) => {
  const { pathname, searchParams } = new URL(request.url)
  if (pathname === '/api/chat/stop') return stop()
  if (request.method === 'POST') return answer(request)
  if (searchParams.has('runId') || request.headers.has('last-event-id'))
    return resumeServerSentEventsResponse({ adapter: memoryStream(request) })
  const { messages, ...rest } = read()
  return Response.json({ messages: modelMessagesToUIMessages([...messages]), ...rest })
})
report({ is: 'ready' })

async function answer(request: Request): Promise<Response> {
  const { messages, threadId, runId, parentRunId, resume } = await chatParamsFromRequest(request)
  const abortController = new AbortController()
  working.set(runId, abortController)
  const stream = chat({
    adapter: scriptedAdapter,
    messages,
    threadId,
    runId,
    ...(parentRunId !== undefined && { parentRunId }),
    ...(resume && { resume }),
    tools,
    middleware: [keep],
    abortController,
  })
  // Of the log's batches those of one piece: otherwise 32 are collected before a page is given one.
  return toServerSentEventsResponse(stream, { abortController, durability: { adapter: memoryStream(request), batch: 1 } })
}

/** Its documentation has a stop go beside the stream, because a page that leaves and one that stops look alike. */
function stop(): Response {
  working.get(read().activeRun?.runId ?? '')?.abort(RUN_CANCEL_REASON)
  return Response.json({ success: true })
}
