import type { BaseEvent, Interrupt, Message, RunAgentInput } from '@ag-ui/core'
import { EventType } from '@ag-ui/core'
import { EventEncoder } from '@ag-ui/encoder'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { agentConfig, beginTurn, execute, report } from '../../harness/script.ts'
import { serveRequests } from '../../harness/serve-requests.ts'

/** An endpoint as AG-UI's quick start for servers has it, which keeps the thread, so that a page can be opened with it. */
const { port, folder } = agentConfig<{ readonly port: number; readonly folder: string }>()
const file = `${folder}/thread.json`

export interface Thread {
  readonly messages: readonly Message[]
  readonly interrupts: readonly Interrupt[]
}

const read = (): Thread =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Thread) : { messages: [], interrupts: [] } // `save` wrote it.
const save = (thread: Thread): void => writeFileSync(file, JSON.stringify(thread))

await serveRequests(port, async (request) => {
  if (request.method === 'GET') return Response.json(read())
  const events = run((await request.json()) as RunAgentInput) // Its client writes it.
  const encoder = new EventEncoder()
  const stream = new ReadableStream<string>({
    async start(controller) {
      let isRead = true
      for await (const event of events) {
        try {
          if (isRead) controller.enqueue(encoder.encodeSSE(event))
        } catch {
          // The page has gone; the run goes on, and the thread keeps what it says.
          isRead = false
        }
      }
      if (isRead) controller.close()
    },
  })
  return new Response(stream.pipeThrough(new TextEncoderStream()), { headers: { 'content-type': 'text/event-stream' } })
})
report({ is: 'ready' })

type Written = BaseEvent & Readonly<Record<string, unknown>>

async function* run({ threadId, runId, messages: given, resume }: RunAgentInput): AsyncGenerator<Written> {
  const messages: Message[] = [...given]
  save({ messages, interrupts: [] })
  yield { type: EventType.RUN_STARTED, threadId, runId }
  for (const { interruptId, status } of resume ?? []) {
    if (status !== 'resolved') continue
    // The interrupt has the id of its call.
    const content = execute('send')
    const messageId = crypto.randomUUID()
    yield { type: EventType.TOOL_CALL_RESULT, messageId, toolCallId: interruptId, content, role: 'tool' }
    messages.push({ id: messageId, role: 'tool', toolCallId: interruptId, content })
  }
  for (;;) {
    let open: { readonly type: 'text' | 'reasoning'; readonly id: string; text: string } | undefined
    const called: { readonly id: string; readonly tool: string }[] = []
    let hasEnded = false
    function* close(): Generator<Written> {
      if (!open) return
      const { type, id: messageId, text } = open
      if (type === 'text') {
        yield { type: EventType.TEXT_MESSAGE_END, messageId }
        messages.push({ id: messageId, role: 'assistant', content: text })
      } else {
        yield { type: EventType.REASONING_MESSAGE_END, messageId }
        messages.push({ id: messageId, role: 'reasoning', content: text })
      }
      open = undefined
      save({ messages, interrupts: [] })
    }
    for await (const step of beginTurn().steps) {
      if ('text' in step || 'reasoning' in step) {
        const type = 'text' in step ? 'text' : 'reasoning'
        const delta = 'text' in step ? step.text : step.reasoning
        if (open?.type !== type) {
          yield* close()
          open = { type, id: crypto.randomUUID(), text: '' }
          if (type === 'text') yield { type: EventType.TEXT_MESSAGE_START, messageId: open.id, role: 'assistant' }
          else yield { type: EventType.REASONING_MESSAGE_START, messageId: open.id, role: 'reasoning' }
        }
        open.text += delta
        const content = type === 'text' ? EventType.TEXT_MESSAGE_CONTENT : EventType.REASONING_MESSAGE_CONTENT
        yield { type: content, messageId: open.id, delta }
      } else {
        yield* close()
        if ('call' in step) {
          const { call: toolCallId, tool, input } = step
          const id = crypto.randomUUID()
          yield { type: EventType.TOOL_CALL_START, toolCallId, toolCallName: tool, parentMessageId: id }
          for (const delta of input) yield { type: EventType.TOOL_CALL_ARGS, toolCallId, delta }
          yield { type: EventType.TOOL_CALL_END, toolCallId }
          const call = { id: toolCallId, type: 'function' as const, function: { name: tool, arguments: input.join('') } }
          messages.push({ id, role: 'assistant', toolCalls: [call] })
          called.push({ id: toolCallId, tool })
        } else hasEnded = true
      }
    }
    if (!hasEnded) return
    const waiting = called.filter(({ tool }) => tool === 'send')
    if (waiting.length > 0) {
      const interrupts: Interrupt[] = waiting.map(({ id }) => ({ id, reason: 'tool_call', toolCallId: id }))
      save({ messages, interrupts })
      yield { type: EventType.RUN_FINISHED, threadId, runId, outcome: { type: 'interrupt', interrupts } }
      return
    }
    for (const { id: toolCallId, tool } of called) {
      const content = execute(tool)
      const messageId = crypto.randomUUID()
      yield { type: EventType.TOOL_CALL_RESULT, messageId, toolCallId, content, role: 'tool' }
      messages.push({ id: messageId, role: 'tool', toolCallId, content })
    }
    save({ messages, interrupts: [] })
    if (called.length > 0) continue
    yield { type: EventType.RUN_FINISHED, threadId, runId, outcome: { type: 'success' } }
    return
  }
}
