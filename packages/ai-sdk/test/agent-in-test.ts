import { createAgentChannel } from '@streamfold/ably'
import type { Task } from '@streamfold/agent'
import { ReaderError, serveAgent } from '@streamfold/agent'
import { normalise } from '@streamfold/core'
import type { LocalAbly } from '@streamfold/local-ably'
import { onTestFinished } from 'vitest'
import { realtime } from '@streamfold/test-support/realtime'

/** One answer, whose text the test sets. */
interface Turn {
  readonly task: Task
  write(text: string): void
  end(finish?: string): void
  fail(reason: string): void
}

export interface AgentInTest {
  /** The next prompt that the agent is asked to answer. */
  asked(): Promise<Turn>
  /** Serials of the prompts that it was asked to answer, once each. */
  readonly prompts: readonly string[]
  /** Rewrites the newest response, as a moderator or a repair does. */
  rewrite(text: string, status?: string): Promise<void>
  remove(): Promise<void>
  /** Targets of the published cancels. */
  readonly cancels: readonly string[]
  /** Answers a prompt that the agent did not receive itself. */
  answer(promptSerial: string): Promise<void>
}

/** An agent that answers every prompt on the channel with the test's text. @param listens whether it subscribes to prompts */
export async function agentInTest(server: LocalAbly, name: string, { listens = true } = {}): Promise<AgentInTest> {
  const client = realtime(server, { clientId: 'agent' })
  const channel = client.channels.get(name)
  const turns: Turn[] = []
  const waiting: ((turn: Turn) => void)[] = []
  const prompts: string[] = []
  const cancels: string[] = []
  let response = ''
  const agent = serveAgent({
    channel: createAgentChannel(channel, { clientId: 'agent' }),
    batch: { interval: 0 },
    respond(task) {
      const { source, ...hand } = spoken()
      const turn = { task, ...hand }
      const next = waiting.shift()
      if (next) next(turn)
      else turns.push(turn)
      return source
    },
  })
  const answer = async (serial: string) => {
    prompts.push(serial)
    const answered = await agent.answer(serial)
    if (answered.type === 'refused') throw new Error(answered.message)
  }
  await channel.subscribe((message) => {
    const event = normalise(message)
    if (event.type === 'cancel') cancels.push(event.target)
    if (event.type !== 'created') return
    if (event.role === 'assistant') response = event.serial
    else if (listens) void answer(event.serial)
  })
  // Subscribes to cancels now, and not with the first prompt.
  await agent.recover()
  onTestFinished(() => agent.close())
  return {
    asked: () => {
      const turn = turns.shift()
      return turn ? Promise.resolve(turn) : new Promise((resolve) => void waiting.push(resolve))
    },
    prompts,
    cancels,
    answer,
    async rewrite(text, status = 'streaming') {
      await channel.updateMessage({ serial: response, data: text, extras: { headers: { role: 'assistant', status } } })
    },
    async remove() {
      await channel.deleteMessage({ serial: response })
    },
  }
}

interface Part {
  readonly type: string
  readonly finishReason: string
}

/** A source that yields what the test pushes. */
function spoken() {
  const said: (string | Error | Part | undefined)[] = []
  let heard = (): void => undefined
  const say = (what: string | Error | Part | undefined) => {
    said.push(what)
    heard()
  }
  async function* source(): AsyncGenerator<string | Part> {
    for (;;) {
      while (said.length === 0) await new Promise<void>((resolve) => (heard = resolve))
      const next = said.shift()
      if (next === undefined) return
      if (next instanceof Error) throw next
      yield next
    }
  }
  return {
    source: source(),
    write: (text: string) => say(text),
    end: (finishReason?: string) => {
      if (finishReason !== undefined) say({ type: 'finish', finishReason })
      say(undefined)
    },
    fail: (reason: string) => say(new ReaderError(reason)),
  }
}
