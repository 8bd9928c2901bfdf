import type { Conversation, Message } from '@streamfold/core'
import { selectMessages, selectStatus } from '@streamfold/core'
import { aiTransport, invocationOf } from '@streamfold/core/ai-transport'
import type { ClientOptions } from 'ably'
import { onTestFinished } from 'vitest'
import type { OpenOptions, NotifyAgent } from '../src/index.ts'
import type { Answering } from '@streamfold/test-support/their-agent'
import { theirAgent } from '@streamfold/test-support/their-agent'
import { theirClient } from '@streamfold/test-support/their-client'
import { live, open } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { until } from '@streamfold/testkit'

export const name = 'ai:theirs'

/** A channel with an agent of AI Transport, one of our pages that asks it, and any number of further agents and pages. */
export async function harness() {
  const server = await serve()
  const agent = await theirAgent(realtime(server, { clientId: 'bot' }), name)
  const page = (options: OpenOptions = {}, client: ClientOptions = { clientId: 'ann' }) => {
    const channel = realtime(server, client).channels.get(name)
    return { channel, ...open(channel, { agent: 'bot', codec: aiTransport, ...options }) }
  }
  const notifyAgent: NotifyAgent = (prompt) => agent.wake(invocationOf(prompt))
  const asker = page({ notifyAgent })
  await until(asker.store, live)
  return {
    server,
    agent,
    page,
    asker,
    notifyAgent,
    /** Asks, and waits until their agent has begun to answer. */
    async ask(text = 'Hello?'): Promise<Answering> {
      await asker.sendMessage(text)
      return agent.next()
    },
    async bob(clientId = 'bob') {
      const client = await theirClient(realtime(server, { clientId }), name)
      onTestFinished(() => client.session.close())
      return client
    },
  }
}

export const shown = (state: Conversation) =>
  selectMessages(state).map(({ role, text, status }) => `${role}: ${text} (${status})`)
export const last = (state: Conversation): Message | undefined => selectMessages(state).at(-1)
export const says = (text: string) => (state: Conversation) => last(state)?.text === text
/** Answered. */
export const ready = (state: Conversation) => selectStatus(state) === 'ready' && last(state)?.role === 'assistant'
