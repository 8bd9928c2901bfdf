// What `useChat` with `resumable-stream` does not do, with the AI SDK alone. The server is that of
// https://ai-sdk.dev/docs/ai-sdk-ui/chatbot-resume-streams; `Chat` is the object behind `useChat`.
//   node scripts/ai-sdk.mjs idle|elsewhere|both|restarted|overtaken
// Needs ai, @ai-sdk/react, resumable-stream, redis and a `redis-server` on the PATH. Exits with 1 where the answer is no.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import { Chat } from '@ai-sdk/react'
import * as ai from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import { createClient } from 'redis'
import { createResumableStreamContext } from 'resumable-stream'

const [wanted] = process.argv.slice(2)
const redis = spawn('redis-server', ['--port', '6399', '--save', ''], { stdio: 'ignore' })
await after(500)

// ---- The server, as documented ----

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
const call = { type: 'tool-call', toolCallId: 'c1', toolName: 'send', input: '{}' }
const model = new MockLanguageModelV4({
  doStream: async () => ({ stream: ReadableStream.from(script.shift() ?? [...text('Sent.'), finish('stop')]) }),
})
const inputSchema = ai.jsonSchema({ type: 'object' })
const tools = { send: ai.tool({ inputSchema, execute: () => `sent, time ${++executed}` }) }

async function serve(port) {
  const publisher = createClient({ url: 'redis://127.0.0.1:6399' })
  const subscriber = publisher.duplicate()
  for (const client of [publisher, subscriber]) client.on('error', () => undefined)
  await Promise.all([publisher.connect(), subscriber.connect()])
  const streams = createResumableStreamContext({ waitUntil: null, publisher, subscriber })
  const post = async ({ message }) => {
    const at = chat.messages.findIndex(({ id }) => id === message.id)
    const messages = at === -1 ? [...chat.messages, message] : chat.messages.with(at, message)
    chat = { messages, activeStreamId: null }
    const toolApproval = { send: 'user-approval' }
    const result = ai.streamText({
      model,
      messages: await ai.convertToModelMessages(messages),
      tools,
      toolApproval,
      stopWhen: ai.isStepCount(9),
    })
    return ai.createUIMessageStreamResponse({
      stream: ai.toUIMessageStream({
        stream: result.stream,
        originalMessages: messages,
        generateMessageId: ai.generateId,
        onEnd: ({ messages }) => void (chat = { messages, activeStreamId: null }),
      }),
      async consumeSseStream({ stream }) {
        const id = ai.generateId()
        await streams.createNewResumableStream(id, () => stream)
        chat.activeStreamId = id
      },
    })
  }
  const get = async () => {
    if (chat.activeStreamId === null) return new Response(null, { status: 204 })
    const stream = await streams.resumeExistingStream(chat.activeStreamId)
    return new Response(stream?.pipeThrough(new TextEncoderStream()), { headers: ai.UI_MESSAGE_STREAM_HEADERS })
  }
  const server = createServer(async (incoming, outgoing) => {
    const body = incoming.method === 'POST' ? JSON.parse(Buffer.concat(await incoming.toArray()).toString()) : undefined
    const response = await (body ? post(body) : get()).catch((error) => new Response(String(error), { status: 500 }))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    if (response.body)
      Readable.fromWeb(response.body)
        .on('error', () => outgoing.destroy())
        .pipe(outgoing)
    else outgoing.end()
  })
  await new Promise((resolve) => server.listen(port, resolve))
  // As the end of a process: its connections are gone, those to Redis, too.
  return {
    kill: () => {
      server.closeAllConnections()
      server.close()
      void publisher.disconnect()
      void subscriber.disconnect()
    },
  }
}

// ---- Pages ----

const open = (port, fetch) => {
  const prepareSendMessagesRequest = ({ id, messages }) => ({ body: { id, message: messages.at(-1) } })
  const transport = new ai.DefaultChatTransport({ api: `http://127.0.0.1:${port}/api/chat`, prepareSendMessagesRequest, fetch })
  const sendAutomaticallyWhen = ai.lastAssistantMessageIsCompleteWithApprovalResponses
  const page = new Chat({ id: 'chat', messages: structuredClone(chat.messages), transport, sendAutomaticallyWhen })
  // What the option `resume` of `useChat` does when the page is shown.
  page.resumeStream().catch(() => undefined)
  return page
}
const shows = ({ messages, status }) =>
  `${status}: ${messages.flatMap(({ role, parts }) => [`${role}:`, ...parts.map(({ text, state, type }) => text ?? state ?? type)]).join(' ')}`
const part = (page) => page.messages.at(-1)?.parts.find(({ approval }) => approval)
async function answer(question, pages, isKept) {
  await after(5_000)
  for (const [name, page] of Object.entries(pages)) console.log(`${name}  ${shows(page)}`)
  console.log(`${question} ${isKept() ? 'yes' : 'no'}`)
  redis.kill()
  process.exit(isKept() ? 0 : 1)
}
async function asking() {
  script.push([...text('Shall I?'), call, finish('tool-calls')])
  await serve(3401)
  const laptop = open(3401)
  await laptop.sendMessage({ text: 'Send it.' })
  const phone = open(3401)
  await after(500)
  return { laptop, phone }
}

const laws = {
  async idle() {
    await serve(3401)
    const [phone, laptop] = [open(3401), open(3401)]
    await after(500)
    await laptop.sendMessage({ text: 'Hello' })
    await answer(
      'Does a page that was open before show the prompt and the answer?',
      { laptop, phone },
      () => phone.messages.length === 2,
    )
  },
  async elsewhere() {
    const { laptop, phone } = await asking()
    await phone.addToolApprovalResponse({ id: part(phone).approval.id, approved: true })
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
  async overtaken() {
    await asking()
    // A network on which the request to resume is slow.
    const arrives = Promise.withResolvers()
    const page = open(3401, async (input, init) => {
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
  async restarted() {
    const server = await serve(3401)
    // A model that is in the middle of its answer.
    script.push(
      new ReadableStream({
        start: (controller) =>
          text('one ')
            .slice(0, 2)
            .forEach((each) => controller.enqueue(each)),
      }),
    )
    const laptop = open(3401)
    void laptop.sendMessage({ text: 'Count.' })
    await after(1_000)
    server.kill()
    // Another process, with what the first one has stored.
    await serve(3402)
    const phone = open(3402)
    await answer(
      'Does a page that is opened then show what was said, and that it was cut off?',
      { laptop, phone },
      () => /one/.test(shows(phone)) && phone.status === 'error',
    )
  },
}
await laws[wanted]()
