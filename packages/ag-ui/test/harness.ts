import type { AgentSubscriber } from '@ag-ui/client'
import { createAgentChannel } from '@streamfold/ably'
import type { AgentOptions, Source, Task } from '@streamfold/agent'
import { serveAgent } from '@streamfold/agent'
import type { LocalAbly } from '@streamfold/local-ably'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import type { RealtimeChannel } from 'ably'
import { onTestFinished, vi } from 'vitest'
import type { ConversationAgentOptions } from '../src/index.ts'
import { ConversationAgent } from '../src/index.ts'

/** A page of a user: a client of its own, and an agent of AG-UI. */
export interface Page {
  readonly agent: ConversationAgent
  readonly channel: RealtimeChannel
  /** Types of the events so far. */
  readonly types: string[]
  /** Errors of runs. */
  readonly errors: string[]
  say(text: string, id?: string): ReturnType<ConversationAgent['runAgent']>
  close(): void
}

export interface Harness {
  readonly server: LocalAbly
  readonly name: string
  page(options?: ConversationAgentOptions & { readonly clientId?: string; readonly follow?: boolean }): Page
}

let names = 0

/** Local Ably, an agent that answers with `respond`, and any number of pages. */
export async function harness(respond?: (task: Task) => Source, options: Partial<AgentOptions> = {}): Promise<Harness> {
  const server = await serve()
  const name = `ai:ag-ui-${++names}`
  if (respond) {
    const channel = realtime(server, { clientId: 'agent' }).channels.get(name)
    const agent = serveAgent({
      channel: createAgentChannel(channel, { clientId: 'agent' }),
      batch: { interval: 0 },
      onError: () => undefined,
      ...options,
      respond,
    })
    onTestFinished(() => agent.close())
    await agent.recover()
    await channel.subscribe('prompt', ({ serial }) => void agent.answer(serial!))
  }
  return {
    server,
    name,
    page({ clientId = 'ann', follow = false, ...options } = {}) {
      const client = realtime(server, { clientId })
      const channel = client.channels.get(name)
      const agent = new ConversationAgent(channel, {
        agent: 'agent',
        scheduler: (flush) => queueMicrotask(flush),
        ...options,
      })
      const types: string[] = []
      const errors: string[] = []
      const subscriber: AgentSubscriber = {
        onEvent: ({ event }) => void types.push(event.type),
        onRunErrorEvent: ({ event }) => void errors.push(event.message),
      }
      agent.subscribe(subscriber)
      const stop = follow ? agent.follow() : () => undefined
      onTestFinished(stop)
      return {
        agent,
        channel,
        types,
        errors,
        say(text, id) {
          agent.addMessage({ id: id ?? crypto.randomUUID(), role: 'user', content: text })
          return agent.runAgent()
        },
        close() {
          stop()
          void agent.detachActiveRun()
          client.close()
        },
      }
    },
  }
}

/** Resolves when the check passes. */
export function so(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 5 })
}

/** What a page shows, in short: the role, and the text or the call. */
export function shown({ agent }: Pick<Page, 'agent'>): readonly string[] {
  return agent.messages.map((message) => {
    if (message.role === 'assistant' && message.toolCalls)
      return `call ${message.toolCalls.map(({ function: { name, arguments: args } }) => `${name}${args}`).join()}`
    if (message.role === 'activity') return `${message.activityType} ${JSON.stringify(message.content)}`
    return `${message.role}: ${typeof message.content === 'string' ? message.content : JSON.stringify(message.content)}`
  })
}

/** Pieces that a test lets through one by one. */
export function gates() {
  const open = new Set<string>()
  const waiting = new Map<string, () => void>()
  return {
    pass(name: string) {
      open.add(name)
      waiting.get(name)?.()
    },
    at: (name: string) => (open.has(name) ? Promise.resolve() : new Promise<void>((resolve) => waiting.set(name, resolve))),
  }
}
