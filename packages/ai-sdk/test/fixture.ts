import type { LocalAbly } from '@streamfold/local-ably'
import type { RealtimeChannel } from 'ably'
import { onTestFinished, vi } from 'vitest'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import type { ChatTransportOptions, ConversationTransport } from '../src/index.ts'
import { createChatTransport } from '../src/index.ts'
import type { AgentInTest } from './agent-in-test.ts'
import { agentInTest } from './agent-in-test.ts'
import type { ChatDriver, MountedChat, MountOptions } from './chat-driver.ts'

/** A page of one user: with its own client, transport and chat. */
export interface Tab extends MountedChat {
  readonly transport: ConversationTransport
  readonly channel: RealtimeChannel
}

export interface Harness {
  readonly server: LocalAbly
  readonly agent: AgentInTest
  open(options?: ChatTransportOptions & MountOptions & { readonly clientId?: string; readonly echo?: boolean }): Tab
}

let names = 0

/** Local Ably, an agent on its own channel, and any number of tabs. */
export async function harnessOf(driver: ChatDriver, { listens = true } = {}): Promise<Harness> {
  const { server, name, open } = await tabsOf(driver)
  return { server, agent: await agentInTest(server, name, { listens }), open }
}

/** Local Ably, a channel without an agent, and any number of tabs. */
export async function tabsOf(driver: ChatDriver): Promise<Pick<Harness, 'server' | 'open'> & { readonly name: string }> {
  const server = await serve()
  const name = `ai:chat-${++names}`
  return {
    server,
    name,
    open({ clientId = 'ann', echo = true, messages, follow, onToolCall, sendAutomaticallyWhen, ...options } = {}) {
      const channel = realtime(server, { clientId, echoMessages: echo }).channels.get(name)
      const transport = createChatTransport(channel, { agent: 'agent', scheduler: (flush) => queueMicrotask(flush), ...options })
      const chat = driver.mount(transport, {
        ...(messages && { messages }),
        ...(follow !== undefined && { follow }),
        ...(onToolCall && { onToolCall }),
        ...(sendAutomaticallyWhen && { sendAutomaticallyWhen }),
      })
      onTestFinished(chat.unmount)
      return { ...chat, transport, channel }
    },
  }
}

/** Resolves when the check passes. */
export function so(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 5_000, interval: 5 })
}
