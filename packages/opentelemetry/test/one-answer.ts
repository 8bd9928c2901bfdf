import { createAgentChannel } from '@streamfold/ably'
import type { ConversationHandle } from '@streamfold/ably'
import type { AgentOptions, Source, Task } from '@streamfold/agent'
import { serveAgent } from '@streamfold/agent'
import { selectMessages } from '@streamfold/core'
import { live, open } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { onTestFinished } from 'vitest'
import type { ObserveAgentOptions } from '../src/index.ts'
import { observeAgent, observeConversation } from '../src/index.ts'
import { until } from '@streamfold/testkit'
import type { Collector } from './collector.ts'
import { collector } from './collector.ts'

export const CHANNEL = 'ai:traced'

/** A model as the AI SDK gives it: it calls a tool, and answers in a second step. */
export async function* toolLoop(): AsyncGenerator<Part> {
  yield* parts(
    { type: 'start-step' },
    { type: 'text-start', id: '1' },
    { type: 'text-delta', id: '1', text: 'Let me look. ' },
    { type: 'text-end', id: '1' },
    { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: { city: 'Oslo' } },
  )
  yield* parts({ type: 'tool-result', toolCallId: 'c1', toolName: 'weather', output: { celsius: 3 } })
  yield* parts({ type: 'finish-step', response: { modelId: 'm-1' }, usage: { inputTokens: 10, outputTokens: 4 } })
  yield* parts(
    { type: 'start-step' },
    { type: 'text-start', id: '2' },
    { type: 'text-delta', id: '2', text: 'It is 3 degrees.' },
    { type: 'text-end', id: '2' },
    { type: 'finish-step', response: { modelId: 'm-1' }, usage: { inputTokens: 20, outputTokens: 6, reasoningTokens: 2 } },
    { type: 'finish', finishReason: 'stop' },
  )
}

/** A part of the AI SDK's stream. */
interface Part {
  readonly type: string
  readonly [field: string]: unknown
}

async function* parts(...all: readonly Part[]): AsyncGenerator<Part> {
  yield* all
}

export interface OneAnswer {
  readonly collected: Collector
  readonly page: ConversationHandle
  readonly reader: ConversationHandle
  /** Resolves when the page and the reader show the ended answer. */
  ended(): Promise<void>
}

/**
 * An agent, the page that asks it and another reader, each with providers of its own, on local Ably. The page has asked, and the first append is
 * rejected.
 */
export async function oneAnswer(
  respond: (task: Task) => Source,
  { agent: options, serving }: { readonly agent?: ObserveAgentOptions; readonly serving?: Partial<AgentOptions> } = {},
): Promise<OneAnswer> {
  const server = await serve()
  const collected = collector()
  const agentChannel = createAgentChannel(realtime(server, { clientId: 'agent' }).channels.get(CHANNEL), { clientId: 'agent' })
  const agent = serveAgent({
    channel: agentChannel,
    respond,
    observe: observeAgent({ provider: 'openai', ...collected.process(), ...options }),
    ...serving,
  })
  onTestFinished(() => agent.close())
  const opened = (clientId: string) =>
    open(realtime(server, { clientId }).channels.get(CHANNEL), {
      agent: 'agent',
      observe: observeConversation(collected.process()),
      notifyAgent: async ({ promptSerial }) => void (await agent.answer(promptSerial)),
    })
  const page = opened('ann')
  const reader = opened('ben')
  await Promise.all([until(page.store, live), until(reader.store, live)])
  server.faults.rejectAppend({ nth: 1, code: 50_000 })
  await page.sendMessage('How warm is it in Oslo?')
  return {
    collected,
    page,
    reader,
    async ended() {
      for (const { store } of [page, reader])
        await until(store, (state) => {
          const response = selectMessages(state).at(-1)
          return response?.role === 'assistant' && response.status !== 'streaming'
        })
      await agent.close(1_000)
    },
  }
}
