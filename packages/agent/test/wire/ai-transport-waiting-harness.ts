import type { ConversationHandle } from '@streamfold/ably'
import { createAgentChannel, openConversation } from '@streamfold/ably'
import type { Message, MessageStatus, ToolPart } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { aiTransport, aiTransportAgent } from '@streamfold/core/ai-transport'
import type { LocalAblyOptions } from '@streamfold/local-ably'
import { theirClient } from '@streamfold/test-support/their-client'
import type { UIMessageChunk } from 'ai'
import { onTestFinished, vi } from 'vitest'
import type { AgentOptions, Task } from '../../src/index.ts'
import { serveAgent } from '../../src/index.ts'
import { realtime, serve } from './fixture.ts'

export const name = 'ai:ours'
export const patiently = { timeout: 20_000 } as const

/** A source that ends with the call `c1`. */
export type Asking = () => AsyncGenerator<UIMessageChunk>

async function* call(): AsyncGenerator<UIMessageChunk> {
  yield { type: 'text-delta', id: 't', delta: 'May I?' }
  yield { type: 'tool-input-available', toolCallId: 'c1', toolName: 'send', input: { to: 'all' } }
}

/** Asks a person whether the agent may run it. */
export async function* askingApproval(): AsyncGenerator<UIMessageChunk> {
  yield* call()
  yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' }
}

/** Leaves it to a page. */
export const askingOutput: Asking = call

export interface HarnessOptions {
  readonly asking?: Asking
  /** What a call does before it counts as executed. */
  readonly execute?: (task: Task) => Promise<void>
  /** Further options of every agent. */
  readonly agent?: Partial<AgentOptions>
  readonly server?: LocalAblyOptions
}

/** One of our pages. */
export interface Page extends ConversationHandle {
  /** The response to the first prompt. */
  response(): Message | undefined
  call(): ToolPart | undefined
  /** Resolves when the response has this status. */
  until(status: MessageStatus): Promise<true>
}

/** An agent that asks before it executes a call, a page that asks it, and what was executed. */
async function harness(options: HarnessOptions = {}) {
  const { asking = askingApproval, execute = () => Promise.resolve() } = options
  const server = await serve({ appendRollupWindow: 0, ...options.server })
  const ran: string[] = []
  const calls: unknown[] = []
  async function* goingOn(task: Task): AsyncGenerator<UIMessageChunk> {
    calls.push(task.continued?.calls)
    for (const { toolCallId, approved } of task.continued?.calls ?? []) {
      if (!approved) continue
      await task.run(toolCallId)
      await execute(task)
      ran.push(toolCallId)
      yield { type: 'tool-output-available', toolCallId, output: 'sent' }
    }
    yield { type: 'text-delta', id: 'u', delta: 'Done.' }
  }
  const respond = (task: Task) => (task.continued ? goingOn(task) : asking())
  const start = (more: Partial<AgentOptions> = {}) => {
    const client = realtime(server, { clientId: 'agent', echoMessages: false })
    const raw = client.channels.get(name)
    const channel = createAgentChannel(raw, { clientId: 'agent', agent: 'agent', codec: aiTransportAgent })
    const agent = serveAgent({
      channel,
      respond,
      waits: true,
      staleAfter: 30_000,
      onError: () => {},
      ...options.agent,
      ...more,
    })
    let isDead = false
    onTestFinished(() => (isDead ? undefined : agent.close()))
    const die = () => {
      isDead = true
      client.close()
    }
    return Object.assign(agent, { raw, channel, die })
  }
  const open = (clientId: string): Page => {
    const opening = { agent: 'agent', codec: aiTransport, rewind: false, scheduler: (flush: () => void) => flush() } as const
    const page = openConversation(realtime(server, { clientId }).channels.get(name), opening)
    onTestFinished(() => page.release())
    const response = () => selectMessages(page.store.getState())[1]
    return {
      ...page,
      response,
      call: () => response()?.parts.find((part): part is ToolPart => 'toolCallId' in part),
      until: (status) => vi.waitUntil(() => response()?.status === status, patiently),
    }
  }
  const agent = start()
  const page = open('ann')
  await page.sendMessage('Hello?')
  const prompt = () => selectMessages(page.store.getState())[0]!.id
  const theirs = await theirClient(realtime(server, { clientId: 'ann' }), name)
  onTestFinished(() => theirs.session.close())
  const theirCall = () =>
    theirs.session.view.getMessages().flatMap(({ message }) => message.parts.filter((part) => 'toolCallId' in part))[0]
  return {
    server,
    respond,
    ran,
    calls,
    start,
    open,
    agent,
    page,
    theirs,
    theirCall,
    prompt,
    /** The call `c1`, as `answer` names it. */
    ids: () => ({ messageId: page.response()!.id, toolCallId: 'c1' }),
    /** Resolves when both clients show that the response waits. */
    async waiting() {
      await agent.answer(prompt())
      await page.until('waiting')
      await theirs.load()
      await theirs.until((shown) => shown.length === 2)
    },
    /** What their client publishes about the call. */
    theyAnswer(input: { readonly approved: boolean } | { readonly output: unknown } | { readonly message: string }) {
      const { view } = theirs.session
      const { codecMessageId } = view.getMessages()[1]!
      const { runId } = view.runOf(codecMessageId)!
      const toolCallId = 'c1'
      if ('approved' in input)
        return view.send(
          { kind: 'tool-approval-response', codecMessageId, payload: { toolCallId, approved: input.approved } },
          { runId },
        )
      if ('output' in input)
        return view.send({ kind: 'tool-result', codecMessageId, payload: { toolCallId, output: input.output } }, { runId })
      return view.send({ kind: 'tool-result-error', codecMessageId, payload: { toolCallId, message: input.message } }, { runId })
    },
  }
}

/** The same, where the response waits already. */
export async function waiting(options: HarnessOptions = {}) {
  const all = await harness(options)
  await all.waiting()
  return all
}
