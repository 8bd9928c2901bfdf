// What a page with `HttpAgent` of AG-UI does not do, with @ag-ui/client alone. The endpoint keeps the thread, and a page is opened with it.
//   node scripts/ag-ui.mjs idle|restarted|elsewhere
// Exits with 1 where the answer is no.
import { createServer } from 'node:http'
import { setTimeout as after } from 'node:timers/promises'
import { buildResumeArray, HttpAgent } from '@ag-ui/client'
import { EventEncoder } from '@ag-ui/encoder'

const [wanted] = process.argv.slice(2)
process.on('unhandledRejection', () => undefined)
console.error = () => undefined

// ---- The endpoint ----

let thread = { messages: [], interrupts: [] }
const encoder = new EventEncoder()
/** What the agent does, run by run: it writes events, and ends the run. */
const script = []
function serve(port) {
  const server = createServer(async (incoming, outgoing) => {
    if (incoming.method === 'GET') return void outgoing.end(JSON.stringify(thread))
    const input = JSON.parse(Buffer.concat(await incoming.toArray()).toString())
    thread = { messages: input.messages, interrupts: [] }
    const { threadId, runId } = input
    const write = (event) => outgoing.write(encoder.encodeSSE(event))
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
    write({ type: 'RUN_STARTED', threadId, runId })
    const outcome = await script.shift()?.(write, input)
    write({ type: 'RUN_FINISHED', threadId, runId, outcome: outcome ?? { type: 'success' } })
    outgoing.end()
  })
  server.listen(port)
  return () => {
    server.close()
    server.closeAllConnections()
  }
}
const say = (write, id, delta) => {
  write({ type: 'TEXT_MESSAGE_START', messageId: id, role: 'assistant' })
  write({ type: 'TEXT_MESSAGE_CONTENT', messageId: id, delta })
}
const end = (write, id, content) => {
  write({ type: 'TEXT_MESSAGE_END', messageId: id })
  thread.messages.push({ id, role: 'assistant', content })
}

// ---- Pages ----

async function open(port) {
  const url = `http://127.0.0.1:${port}`
  const { messages, interrupts } = await (await fetch(url)).json()
  const agent = new HttpAgent({ url, threadId: 'thread', initialMessages: messages })
  agent.pendingInterrupts = interrupts
  return agent
}
function send(agent, content) {
  agent.addMessage({ id: crypto.randomUUID(), role: 'user', content })
  return agent.runAgent()
}
const shows = ({ messages, isRunning }) =>
  `${isRunning ? 'running' : 'idle'}: ${messages.map(({ role, content, toolCalls }) => `${role}: ${content ?? toolCalls?.[0].function.name}`).join(' / ')}`
async function answer(question, pages, isKept) {
  await after(4_000)
  for (const [name, page] of Object.entries(pages)) console.log(`${name}  ${shows(page)}`)
  console.log(`${question} ${isKept() ? 'yes' : 'no'}`)
  process.exit(isKept() ? 0 : 1)
}

const laws = {
  async idle() {
    serve(3411)
    script.push(async (write) => (say(write, 'a', 'Hello.'), end(write, 'a', 'Hello.')))
    const [phone, laptop] = [await open(3411), await open(3411)]
    await send(laptop, 'Hello')
    await answer(
      'Does a page that was open before show the prompt and the answer?',
      { laptop, phone },
      () => phone.messages.length === 2,
    )
  },
  async restarted() {
    const kill = serve(3411)
    script.push(async (write) => (say(write, 'a', 'one '), new Promise(() => undefined)))
    const laptop = await open(3411)
    void send(laptop, 'Count.')
    await after(1_000)
    kill()
    serve(3412)
    const phone = await open(3412)
    await answer('Does a page that is opened then show what was said, and that it was cut off?', { laptop, phone }, () =>
      shows(phone).includes('one'),
    )
  },
  async elsewhere() {
    serve(3411)
    script.push(async (write) => {
      write({ type: 'TOOL_CALL_START', toolCallId: 'c1', toolCallName: 'send' })
      write({ type: 'TOOL_CALL_END', toolCallId: 'c1' })
      thread.messages.push({
        id: 'a',
        role: 'assistant',
        toolCalls: [{ id: 'c1', type: 'function', function: { name: 'send', arguments: '{}' } }],
      })
      thread.interrupts = [{ id: 'c1', reason: 'tool_call', toolCallId: 'c1' }]
      return { type: 'interrupt', interrupts: thread.interrupts }
    })
    script.push(async (write) => {
      write({ type: 'TOOL_CALL_RESULT', messageId: 'r', toolCallId: 'c1', content: 'sent', role: 'tool' })
      say(write, 'b', 'Sent.')
      end(write, 'b', 'Sent.')
    })
    const laptop = await open(3411)
    await send(laptop, 'Send it.')
    const phone = await open(3411)
    await phone.runAgent({
      resume: buildResumeArray(phone.pendingInterrupts, { c1: { status: 'resolved', payload: { approved: true } } }),
    })
    await answer('Does the first page show that the call was approved on the second?', { laptop, phone }, () =>
      shows(laptop).includes('Sent.'),
    )
  },
}
await laws[wanted]()
