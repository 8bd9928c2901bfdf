// What `useChat` on the transport of Durable Streams does not do, with these libraries alone. The routes are those of the README of
// @durable-streams/aisdk-transport; `Chat` is the object behind `useChat`.
//   node scripts/durable-streams.mjs idle|drop|outage|asking|restarted|overtaken|elsewhere|both
// Needs ai 6 and @ai-sdk/react 3, here as ai-6 and ai-sdk-react-3. Exits with 1 where the answer is no.
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import { createDurableChatTransport, toDurableStreamResponse } from '@durable-streams/aisdk-transport'
import { DurableStreamTestServer } from '@durable-streams/server'
import * as ai from 'ai-6'
import { MockLanguageModelV3 } from 'ai-6/test'
import { Chat } from 'ai-sdk-react-3'

const [wanted] = process.argv.slice(2)
process.on('unhandledRejection', () => undefined)
console.warn = () => undefined
const streams = new DurableStreamTestServer({ port: 3420, host: '127.0.0.1' })
await streams.start()

// ---- The routes, as documented ----

let chat = { messages: [], activeStreamId: null }
let executed = 0
/** What the model says, call by call. */
const script = []
const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } }
const finish = (reason) => ({ type: 'finish', finishReason: { unified: reason, raw: reason }, usage })
const text = (delta) => [
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta },
  { type: 'text-end', id: '1' },
]
const model = new MockLanguageModelV3({
  doStream: async () => ({ stream: ReadableStream.from(script.shift() ?? [...text('Sent.'), finish('stop')]) }),
})
const tools = {
  send: ai.tool({
    inputSchema: ai.jsonSchema({ type: 'object' }),
    needsApproval: true,
    execute: () => `sent, time ${++executed}`,
  }),
}

function serve(port) {
  const writeUrl = (id) => `http://127.0.0.1:3420/v1/stream/${id}`
  const readUrl = (id) => `http://127.0.0.1:${port}/api/chat-stream?path=${id}`
  async function post({ messages }) {
    const activeStreamId = `chat-${crypto.randomUUID()}`
    chat = { messages, activeStreamId }
    const result = ai.streamText({
      model,
      tools,
      messages: await ai.convertToModelMessages(messages),
      stopWhen: ai.stepCountIs(9),
    })
    const onFinish = ({ messages }) => void (chat = { messages, activeStreamId: null })
    const source = result.toUIMessageStream({ originalMessages: messages, generateMessageId: ai.generateId, onFinish })
    return toDurableStreamResponse({ source, stream: { writeUrl: writeUrl(activeStreamId), readUrl: readUrl(activeStreamId) } })
  }
  function reconnect() {
    if (chat.activeStreamId === null) return new Response(null, { status: 204 })
    const streamUrl = readUrl(chat.activeStreamId)
    return Response.json({ streamUrl }, { headers: { location: streamUrl } })
  }
  async function readThrough(url, accept, signal) {
    const upstream = new URL(writeUrl(url.searchParams.get('path')))
    for (const [name, value] of url.searchParams) if (name !== 'path') upstream.searchParams.append(name, value)
    const { body, status, headers } = await fetch(upstream, { headers: { accept }, signal })
    const ofThisHop = new Set(['connection', 'transfer-encoding', 'content-encoding', 'content-length'])
    return new Response(body, { status, headers: [...headers].filter(([name]) => !ofThisHop.has(name)) })
  }
  let diesAtLiveRequest = false
  const kill = () => {
    server.close()
    server.closeAllConnections()
  }
  const server = createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url, `http://127.0.0.1:${port}`)
    if (diesAtLiveRequest && url.searchParams.has('live')) return kill()
    const left = new AbortController()
    outgoing.on('close', () => left.abort())
    const body = incoming.method === 'POST' ? JSON.parse(Buffer.concat(await incoming.toArray()).toString()) : undefined
    const response = body
      ? await post(body)
      : url.pathname === '/api/chat-stream'
        ? await readThrough(url, incoming.headers.accept ?? '*/*', left.signal)
        : reconnect()
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.flushHeaders()
    if (response.body)
      Readable.fromWeb(response.body)
        .on('error', () => outgoing.destroy())
        .pipe(outgoing)
    else outgoing.end()
  })
  server.listen(port)
  return {
    drop: () => server.closeAllConnections(),
    kill,
    /** Instead of an answer to the request with which a page goes on live, after it has been given what there is. */
    killAtLiveRequest: () => (diesAtLiveRequest = true),
  }
}

// ---- Pages ----

function open(port, fetchClient = fetch) {
  const transport = createDurableChatTransport({ api: `http://127.0.0.1:${port}/api/chat`, fetchClient })
  const sendAutomaticallyWhen = ai.lastAssistantMessageIsCompleteWithApprovalResponses
  const page = new Chat({ id: 'chat', messages: structuredClone(chat.messages), transport, sendAutomaticallyWhen })
  // What the option `resume` of `useChat` does when the page is shown.
  page.resumeStream().catch(() => undefined)
  return page
}
const shows = ({ messages, status }) =>
  `${status}: ${messages.flatMap(({ role, parts }) => [`${role}:`, ...parts.map(({ text, state, type }) => text ?? state ?? type)]).join(' ')}`
const part = (page) => page.messages.at(-1)?.parts.find(({ approval }) => approval)
async function answer(question, pages, isKept, seconds = 5) {
  await after(seconds * 1_000)
  for (const [name, page] of Object.entries(pages)) console.log(`${name}  ${shows(page)}`)
  console.log(`${question} ${isKept() ? 'yes' : 'no'}`)
  process.exit(isKept() ? 0 : 1)
}
/** An answer that has begun, and is in the hand of the script. */
async function answering() {
  const begun = Promise.withResolvers()
  script.push(new ReadableStream({ start: begun.resolve }))
  const server = serve(3421)
  const laptop = open(3421)
  await after(500)
  void laptop.sendMessage({ text: 'Count.' })
  const model = await begun.promise
  model.enqueue({ type: 'text-start', id: '1' })
  const say = (delta) => model.enqueue({ type: 'text-delta', id: '1', delta })
  say('one ')
  await after(1_500)
  return { server, laptop, say }
}
async function asking() {
  script.push([...text('Shall I?'), { type: 'tool-call', toolCallId: 'c1', toolName: 'send', input: '{}' }, finish('tool-calls')])
  serve(3421)
  const laptop = open(3421)
  await after(500)
  await laptop.sendMessage({ text: 'Send it.' })
  await after(1_000)
  const phone = open(3421)
  await after(500)
  return { laptop, phone }
}
async function dropped() {
  const { server, laptop, say } = await answering()
  server.drop()
  say('two')
  await answer('Does a page whose connection dropped go on by itself?', { laptop }, () => shows(laptop).includes('one two'), 20)
}

const laws = {
  async idle() {
    serve(3421)
    const [phone, laptop] = [open(3421), open(3421)]
    await after(500)
    await laptop.sendMessage({ text: 'Hello' })
    await answer(
      'Does a page that was open before show the prompt and the answer?',
      { laptop, phone },
      () => phone.messages.length === 2,
    )
  },
  drop: dropped,
  outage: dropped,
  async asking() {
    const { server, laptop } = await answering()
    server.killAtLiveRequest()
    const phone = open(3421)
    await answer(
      'Does a page whose request was on its way show that the answer was cut off?',
      { laptop, phone },
      () => phone.status === 'error',
      60,
    )
  },
  async restarted() {
    const { server, laptop } = await answering()
    server.kill()
    serve(3422)
    const phone = open(3422)
    await answer(
      'Does a page that is opened then show that the answer was cut off?',
      { laptop, phone },
      () => phone.status === 'error',
      60,
    )
  },
  async overtaken() {
    await asking()
    // A network on which the request to resume is slow.
    const arrives = Promise.withResolvers()
    const page = open(3421, async (input, init) => {
      if (String(input).endsWith('/stream')) await arrives.promise
      return fetch(input, init)
    })
    const answers = Promise.withResolvers()
    script.push(new ReadableStream({ start: answers.resolve }))
    void page.addToolApprovalResponse({ id: part(page).approval.id, approved: true })
    const model = await answers.promise
    for (const each of text('Sent.').slice(0, 2)) model.enqueue(each)
    await after(1_000)
    console.log(`page  ${shows(page)}`)
    arrives.resolve()
    await answer('Does the page still show what was said after the approval, when its request to resume arrives?', { page }, () =>
      /Shall I\? output-available.*Sent\./.test(shows(page)),
    )
  },
  async elsewhere() {
    const { laptop, phone } = await asking()
    void phone.addToolApprovalResponse({ id: part(phone).approval.id, approved: true })
    await answer(
      'Does the first page show that the call was approved on the second?',
      { laptop, phone },
      () => part(laptop).state === 'output-available',
    )
  },
  async both() {
    const { laptop, phone } = await asking()
    for (const page of [laptop, phone]) void page.addToolApprovalResponse({ id: part(page).approval.id, approved: true })
    await answer('Did the tool run once?', { laptop, phone }, () => executed === 1)
  },
}
await laws[wanted]()
