// What `useChat` of TanStack AI on a resumable stream does not do, with these libraries alone. The route is that of
// https://tanstack.com/ai/latest/docs/resumable-streams/overview with `memoryStream`, and keeps the thread for `persistence: true`;
// `ChatClient` is the object behind `useChat`.
//   node scripts/tanstack-ai.mjs idle|order|elsewhere|both
// Needs @tanstack/ai and @tanstack/ai-client. Exits with 1 where the answer is no.
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import * as ai from '@tanstack/ai'
import { ChatClient, fetchServerSentEvents } from '@tanstack/ai-client'

const [wanted] = process.argv.slice(2)
console.error = () => undefined

// ---- The route, as documented ----

let thread = { messages: [], activeRun: null, interrupts: null }
let executed = 0
const text = (delta) => [
  { type: 'TEXT_MESSAGE_START', messageId: crypto.randomUUID(), role: 'assistant' },
  { type: 'TEXT_MESSAGE_CONTENT', delta },
  { type: 'TEXT_MESSAGE_END' },
]
const call = [
  { type: 'TOOL_CALL_START', toolCallId: 'c1', toolCallName: 'send' },
  { type: 'TOOL_CALL_ARGS', toolCallId: 'c1', delta: '{}' },
  { type: 'TOOL_CALL_END', toolCallId: 'c1', toolCallName: 'send', input: {} },
]
/** What a model thinks first, until it may go on. */
const thought = Promise.withResolvers()
async function* thinks() {
  const messageId = crypto.randomUUID()
  yield { type: 'REASONING_START', messageId }
  yield { type: 'REASONING_MESSAGE_START', messageId, role: 'reasoning' }
  yield { type: 'REASONING_MESSAGE_CONTENT', messageId, delta: 'Hm.' }
  await thought.promise
  yield { type: 'REASONING_MESSAGE_END', messageId }
  yield { type: 'REASONING_END', messageId }
}
/** A model that calls a tool if it is asked to send, and otherwise says that it was sent; if it is asked to think, it does that before. */
const adapter = {
  kind: 'text',
  name: 'fake',
  model: 'fake',
  async *chatStream({ messages, threadId, runId }) {
    const prompt = messages.at(-1).role === 'user' ? JSON.stringify(messages.at(-1).content) : ''
    const calls = prompt.includes('Send')
    const { messageId } = text('')[0]
    yield { type: 'RUN_STARTED', threadId, runId }
    if (prompt.includes('Think')) yield* thinks()
    yield* calls ? call : text('Sent.').map((chunk) => ({ messageId, ...chunk, ...(chunk.messageId && { messageId }) }))
    yield { type: 'RUN_FINISHED', threadId, runId, finishReason: calls ? 'tool_calls' : 'stop' }
  },
}
const inputSchema = { type: 'object' }
const send = ai.toolDefinition({ name: 'send', description: 'Sends it', inputSchema, needsApproval: true })
const keep = {
  onStart: ({ messages, runId }) => void (thread = { messages, activeRun: { runId }, interrupts: null }),
  onChunk({ messages, runId }, chunk) {
    if (chunk.type === 'RUN_FINISHED' && chunk.outcome?.type === 'interrupt')
      thread = { messages, activeRun: null, interrupts: { runId, pending: chunk.outcome.interrupts } }
  },
  onFinish({ messages, runId }) {
    const { interrupts } = thread
    thread = { messages, activeRun: null, interrupts: interrupts?.runId === runId ? interrupts : null }
  },
}
async function respond(request) {
  if (request.method === 'POST') {
    const stream = ai.chat({
      ...(await ai.chatParamsFromRequest(request)),
      adapter,
      tools: [send.server(() => `sent, time ${++executed}`)],
      middleware: [keep],
    })
    return ai.toServerSentEventsResponse(stream, { durability: { adapter: ai.memoryStream(request), batch: 1 } })
  }
  if (new URL(request.url).searchParams.has('runId'))
    return ai.resumeServerSentEventsResponse({ adapter: ai.memoryStream(request) })
  return Response.json({ ...thread, messages: ai.modelMessagesToUIMessages([...thread.messages]) })
}
createServer(async (incoming, outgoing) => {
  const body = incoming.method === 'POST' ? Buffer.concat(await incoming.toArray()) : null
  const { method, headers } = incoming
  const response = await respond(new Request(`http://127.0.0.1:3431${incoming.url}`, { method, headers, body }))
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  Readable.fromWeb(response.body).pipe(outgoing)
}).listen(3431)

// ---- Pages ----

function open() {
  const connection = fetchServerSentEvents('http://127.0.0.1:3431/api/chat')
  const page = new ChatClient({ connection, threadId: 'chat', persistence: true, tools: [send] })
  // What `useChat` does when the page is shown.
  page.attach()
  return page
}
const shows = (page) =>
  `${page.getStatus()}: ${page
    .getMessages()
    .flatMap(({ role, parts }) => [`${role}:`, ...parts.map(({ content, state, type }) => content ?? state ?? type)])
    .join(' ')}`
const asks = (page) => page.getInterrupts().find(({ kind }) => kind === 'tool-approval')
async function answer(question, pages, isKept) {
  await after(5_000)
  for (const [name, page] of Object.entries(pages)) console.log(`${name}  ${shows(page)}`)
  console.log(`${question} ${isKept() ? 'yes' : 'no'}`)
  process.exit(isKept() ? 0 : 1)
}
async function asking() {
  const laptop = open()
  await after(500)
  await laptop.sendMessage('Send it.')
  await after(1_000)
  const phone = open()
  await after(1_000)
  return { laptop, phone }
}

const laws = {
  async idle() {
    const [phone, laptop] = [open(), open()]
    await after(500)
    await laptop.sendMessage('Hello')
    await answer(
      'Does a page that was open before show the prompt and the answer?',
      { laptop, phone },
      () => phone.getMessages().length === 2,
    )
  },
  async order() {
    const laptop = open()
    await after(500)
    void laptop.sendMessage('Think.')
    await after(1_000)
    const phone = open()
    await after(1_000)
    thought.resolve()
    await answer(
      'Does a page that was opened in the middle show what the first one shows?',
      { laptop, phone },
      () => shows(phone) === shows(laptop),
    )
  },
  async elsewhere() {
    const { laptop, phone } = await asking()
    asks(phone).resolveInterrupt(true)
    await answer('Does the first page show that the call was approved on the second?', { laptop, phone }, () => !asks(laptop))
  },
  async both() {
    const { laptop, phone } = await asking()
    for (const page of [laptop, phone]) asks(page).resolveInterrupt(true)
    await answer('Did the tool run once?', { laptop, phone }, () => executed === 1)
  },
}
await laws[wanted]()
