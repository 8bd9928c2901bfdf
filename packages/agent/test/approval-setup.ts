import type { Message } from '@streamfold/core'
import { emptyConversation, selectMessages } from '@streamfold/core'
import type { Agent, AgentOptions, Answer, Chunk, Clock, Task } from '../src/index.ts'
import { serveAgent } from '../src/index.ts'
import type { FakeChannel } from './fake-channel.ts'
import { fakeChannel } from './fake-channel.ts'
import type { FakeClock } from './fake-clock.ts'
import { fakeClock } from './fake-clock.ts'
import type { Mortal } from './mortal.ts'
import { mortal } from './mortal.ts'

export interface Desk {
  readonly clock: FakeClock
  readonly channel: FakeChannel
  /** Executions of the tool, with the call. */
  readonly sent: string[]
  readonly tasks: Task[]
  readonly errors: unknown[]
  /** One more agent process. */
  join(options?: Partial<AgentOptions>): Agent
  /** One that dies at its nth operation on the channel, see `mortal`. */
  joinMortal(dieAt?: number, options?: Partial<AgentOptions>): Mortal & { readonly agent: Agent }
  /** The messages as a reader has them. */
  read(): Promise<readonly Message[]>
  response(): Promise<Message>
}

/** A custom loop with a tool `send` that a person must approve, and that takes 50 ms. @param calls how many it makes in one step */
export function desk({ calls = 1 }: { readonly calls?: number } = {}): Desk {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const sent: string[] = []
  const tasks: Task[] = []
  const errors: unknown[] = []

  const loop = (time: Clock) =>
    async function* respond(task: Task): AsyncGenerator<Chunk, void> {
      tasks.push(task)
      for (const { toolCallId, approved } of task.continued?.calls ?? []) {
        if (!approved) continue
        await task.run(toolCallId)
        sent.push(toolCallId)
        await new Promise<void>((resolve) => time.after(50, resolve))
        yield { type: 'tool-result', toolCallId, output: { sent: toolCallId } }
      }
      if (task.continued) {
        yield 'done'
        return
      }
      yield 'I will ask. '
      for (let n = 1; n <= calls; n++) {
        const call = { toolCallId: `c${n}`, toolName: 'send' }
        yield { type: 'tool-call', ...call, input: { to: `user ${n}` } }
        yield { type: 'tool-approval-request', approvalId: `a${n}`, toolCallId: call.toolCallId }
      }
    }

  const onError = (error: unknown): void => void errors.push(error)

  async function read(): Promise<readonly Message[]> {
    const reading = channel.agent().conversation()
    await clock.run(clock.now() + 5)
    return selectMessages((await reading) ?? emptyConversation())
  }

  return {
    clock,
    channel,
    sent,
    tasks,
    errors,
    join: (options = {}) => serveAgent({ channel: channel.agent(), respond: loop(clock), clock, onError, ...options }),
    joinMortal(dieAt, options = {}) {
      const life = mortal(channel.agent(), clock, dieAt)
      const agent = serveAgent({ channel: life.port, respond: loop(life.clock), clock: life.clock, onError, ...options })
      return { ...life, agent }
    },
    read,
    async response() {
      return (await read()).find(({ role }) => role === 'assistant')!
    },
  }
}

/** Lets time pass until the answer is there. */
export async function soon(answer: Promise<Answer>, clock: FakeClock): Promise<Answer> {
  const known: Answer[] = []
  void answer.then((it) => known.push(it))
  for (let i = 0; known.length === 0 && i < 5_000; i++) await clock.run(clock.now() + 5)
  return known[0]!
}
