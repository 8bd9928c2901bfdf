import { createAgentChannel } from '@streamfold/ably'
import type { AgentOptions, Chunk, Task } from '@streamfold/agent'
import { serveAgent } from '@streamfold/agent'
import { selectConnectionStatus } from '@streamfold/core'
import type { LocalAbly } from '@streamfold/local-ably'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import type { RealtimeChannel } from 'ably'
import { expect, onTestFinished, vi } from 'vitest'
import type { ChatConnection, ChatConnectionOptions } from '../src/index.ts'
import { createChatConnection } from '../src/index.ts'
import type { ChatDriver, MountedChat, MountOptions } from './chat-driver.ts'
import { linesOf } from './chat-driver.ts'

/** A page of one user: with its own client, connection and chat. */
export interface Tab extends MountedChat {
  readonly connection: ChatConnection
  readonly channel: RealtimeChannel
  lines(): readonly string[]
}

/** What the agent says to one prompt, when the test says so. */
export interface Turn {
  readonly task: Task
  write(...chunks: readonly (Chunk | string)[]): void
  end(): void
  fail(error: Error): void
}

export interface Harness {
  readonly server: LocalAbly
  readonly agentChannel: RealtimeChannel
  /** The next answer that the agent is asked for, or is to go on with. */
  asked(): Promise<Turn>
  open(options?: ChatConnectionOptions & MountOptions & { readonly clientId?: string }): Tab
}

let names = 0

/** Local Ably, an agent that answers with the test's chunks, and any number of tabs. */
export async function harnessOf(driver: ChatDriver, agentOptions: Partial<AgentOptions> = {}): Promise<Harness> {
  const server = await serve()
  const name = `ai:tanstack-${++names}`
  const agentChannel = realtime(server, { clientId: 'agent' }).channels.get(name)
  const turns: Turn[] = []
  const waiting: ((turn: Turn) => void)[] = []
  const agent = serveAgent({
    channel: createAgentChannel(agentChannel, { clientId: 'agent' }),
    batch: { interval: 0 },
    onError: () => undefined,
    respond(task) {
      const { source, ...hand } = spoken()
      const turn = { task, ...hand }
      const next = waiting.shift()
      if (next) next(turn)
      else turns.push(turn)
      return source
    },
    ...agentOptions,
  })
  onTestFinished(() => agent.close())
  return {
    server,
    agentChannel,
    asked: () => {
      const turn = turns.shift()
      return turn ? Promise.resolve(turn) : new Promise((resolve) => void waiting.push(resolve))
    },
    open({ clientId = 'ann', tools, live, pageSize, initialMessages, ...options } = {}) {
      const channel = realtime(server, { clientId }).channels.get(name)
      const connection = createChatConnection(channel, {
        agent: 'agent',
        scheduler: (flush) => queueMicrotask(flush),
        notifyAgent: async ({ promptSerial }) => void agent.answer(promptSerial),
        ...options,
      })
      const chat = driver.mount(connection, {
        ...(tools && { tools }),
        ...(live !== undefined && { live }),
        ...(pageSize !== undefined && { pageSize }),
        ...(initialMessages && { initialMessages }),
      })
      onTestFinished(chat.unmount)
      return { ...chat, connection, channel, lines: () => linesOf(chat.messages()) }
    },
  }
}

/** Resolves when the check passes. */
export function so(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 5 })
}

/** Resolves when each tab has read the history, and so has taken up what runs. */
export async function loaded(...tabs: readonly Tab[]): Promise<void> {
  for (const { connection } of tabs)
    await so(() => expect(selectConnectionStatus(connection.conversation.store.getState())).toBe('live'))
}

/** Sends a prompt, and has the agent begin to answer it. */
export async function ask(harness: Harness, tab: Tab, question: string, beginning: string): Promise<Turn> {
  void tab.send(question)
  const turn = await harness.asked()
  turn.write(beginning)
  await so(() => expect(tab.lines().at(-1)).toBe(`assistant: ${beginning}`))
  return turn
}

/** A source that yields what the test pushes. */
function spoken() {
  const said: (string | Error | Chunk | undefined)[] = []
  let wake = (): void => undefined
  const say = (what: string | Error | Chunk | undefined): void => {
    said.push(what)
    wake()
  }
  async function* source(): AsyncGenerator<string | Chunk> {
    for (;;) {
      while (said.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      const next = said.shift()
      if (next === undefined) return
      if (next instanceof Error) throw next
      yield next
    }
  }
  return {
    source: source(),
    write: (...chunks: readonly (Chunk | string)[]) => chunks.forEach(say),
    end: () => say(undefined),
    fail: (error: Error) => say(error),
  }
}
