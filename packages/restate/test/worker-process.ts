// A worker of Restate in a process of its own. Started by start-worker.ts.
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:http2'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { createEndpointHandler } from '@restatedev/restate-sdk'
import { createAgentChannel } from '@streamfold/ably'
import type { Agent, Chunk, Task } from '@streamfold/agent'
import { serveAgent } from '@streamfold/agent'
import { Realtime } from 'ably'
import { restateAnswers, restateEngine } from '../src/index.ts'

/** What the process is given as its one argument. */
export interface WorkerSetup {
  readonly port: number
  readonly key: string
  /** Address of Restate's ingress. */
  readonly ingress: string
  /** Address of the model and the tool. */
  readonly world: string
  /** Version of the code: the second one says so in a header, and does the same in another way. */
  readonly code: 1 | 2
  /** Whether the tool may be executed again, under its key. */
  readonly idempotent: boolean
  /** Whether a person approves the second call. */
  readonly asks: boolean
  /** Channels that the agent listens to from the start. */
  readonly listens: readonly string[]
}

const { port, key, ingress, world, code, idempotent, asks, listens } = JSON.parse(process.argv[2] ?? '{}') as WorkerSetup

const client = new Realtime({
  endpoint: 'localhost',
  port,
  key,
  tls: false,
  transports: ['web_socket'],
  disableConnectivityCheck: true,
  clientId: 'agent',
  logLevel: 0,
})

async function post(path: string, body: object): Promise<Response> {
  return fetch(`${world}/${path}`, { method: 'POST', body: JSON.stringify(body) })
}

function respondOn(run: string) {
  async function* model(step: number, found: string): AsyncGenerator<Chunk, void> {
    const response = await post('model', { run, step, found })
    if (!response.body) throw new Error('the model gave nothing')
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]) // The same stream, in Node's types.
    for await (const line of createInterface({ input: body })) yield JSON.parse(line) as string
    if (step < 3) yield { type: 'tool-call', toolCallId: `call-${step}`, toolName: 'look', input: { step } }
  }

  async function look(call: string): Promise<string> {
    const response = await post('tool', { run, call, ...(idempotent && { key: `${run} ${call}` }) })
    return response.text()
  }

  /** The rest of the loop, from a step on. */
  async function* from(first: number, before: string, { stream, execute }: Task): AsyncGenerator<Chunk, void> {
    let found = before
    for (let step = first; ; step++) {
      const chunks = yield* stream(`model ${step}`, () => model(step, found))
      const call = chunks.find((chunk) => typeof chunk === 'object' && chunk !== null)
      if (!call) return
      const toolCallId = `call-${step}`
      if (asks && step === 2) {
        yield { type: 'tool-approval-request', toolCallId, approvalId: `approval-${step}` }
        return
      }
      const output = await execute(toolCallId, () => look(toolCallId)).catch((error: unknown) => asError(error))
      if (output instanceof Error) yield { type: 'tool-error', toolCallId, error: output }
      else yield { type: 'tool-result', toolCallId, output }
      found = output instanceof Error ? 'uncertain' : output
    }
  }

  return async function* respond(task: Task): AsyncGenerator<Chunk, void> {
    if (code === 2) task.annotate({ code: 'second' })
    const approved = task.continued?.calls[0]
    if (!approved) return yield* from(1, '', task)
    const { toolCallId } = approved
    const output = await task.execute(toolCallId, () => look(toolCallId))
    yield { type: 'tool-result', toolCallId, output }
    yield* from(3, output, task)
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

const agents = new Map<string, Agent>()

function agentOf(channel: string): Agent {
  const known = agents.get(channel)
  if (known) return known
  const agent = serveAgent({
    channel: createAgentChannel(client.channels.get(channel), { clientId: 'agent', agent: 'agent' }),
    respond: respondOn(channel),
    engine: restateEngine({ url: ingress }),
    idempotent: idempotent ? ['look'] : [],
    staleAfter: 60_000,
    onError: (error) => process.send?.({ error: asError(error).message }),
  })
  agents.set(channel, agent)
  return agent
}

const retry = { maxRetryAttempts: 50, initialRetryInterval: 20, maxRetryInterval: 200 }
// A worker may take long to start: without a limit, or Restate pauses the run.
const retryPolicy = { maxAttempts: 1_000_000, initialInterval: 20, maxInterval: 200, exponentiationFactor: 2 }
const answers = restateAnswers({ agent: agentOf, retry, handler: { retryPolicy } })
const server = createServer(createEndpointHandler({ services: [answers] }))
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port }) // It listens on a port.
  for (const channel of listens) void agentOf(channel).recover()
})
