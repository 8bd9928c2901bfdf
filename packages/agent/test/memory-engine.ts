import type { AgentOptions, Answer, Clock, Journal, Outcome, Recorded, Task } from '../src/index.ts'
import { serveAgent } from '../src/index.ts'
import type { FakeChannel } from './fake-channel.ts'
import type { FakeClock } from './fake-clock.ts'
import type { Mortal } from './mortal.ts'
import { mortal } from './mortal.ts'

interface Entry {
  readonly name: string
  result?: Recorded
}

export interface MemoryEngine {
  /**
   * Runs attempts until one is over: each in a process of its own, that dies after so many operations on channel and journal (see `mortal`); the last one
   * lives on.
   */
  work(prompt: string, lives: readonly number[], response?: string): Promise<Answer | Outcome>
  /** The names of the steps of the run that is under way or was the last. */
  readonly steps: readonly string[]
  /** Processes so far. */
  readonly attempts: number
  /** Operations that the last process did. */
  readonly operations: number
  readonly errors: unknown[]
}

export interface MemoryEngineOptions {
  readonly clock: FakeClock
  readonly channel: FakeChannel
  /** `respond` of a process, whose time ends with it. */
  readonly respond: (time: Clock, isDead: () => boolean) => (task: Task) => ReturnType<AgentOptions['respond']>
  readonly options?: Partial<AgentOptions>
  /** Bytes that a message may take. */
  readonly maxMessageSize?: number
}

/** An engine for durable work in memory, as strict as Restate: an attempt that begins another step than the one before it fails. */
export function memoryEngine({ clock, channel, respond, options, maxMessageSize }: MemoryEngineOptions): MemoryEngine {
  let entries: Entry[] = []
  let attempts = 0
  let operations = 0
  const errors: unknown[] = []

  function journalOf({ operate, isDead }: Mortal, over: AbortController): Journal {
    let next = 0
    return {
      signal: over.signal,
      async run(name, step) {
        if (isDead()) return new Promise(() => undefined)
        const at = next++
        const entry = (entries[at] ??= { name })
        if (entry.name !== name) throw new Error(`the journal has ${entry.name} where the attempt has ${name}`)
        if (entry.result !== undefined) return structuredClone(entry.result)
        const result = await step().catch((error: unknown) => {
          if (!isDead()) over.abort()
          throw error
        })
        return operate(async () => (entry.result = structuredClone(result)))
      },
    }
  }

  async function attempt(prompt: string, dieAt: number, response: string | undefined): Promise<Answer | Outcome | undefined> {
    attempts++
    const life = mortal(channel.agent(), clock, dieAt)
    const over = new AbortController()
    const onError = (error: unknown): void => void errors.push(error)
    const agent = serveAgent({
      channel: { ...life.port, writer: { ...life.port.writer, ...(maxMessageSize !== undefined && { maxMessageSize }) } },
      clock: life.clock,
      respond: respond(life.clock, life.isDead),
      onError,
      engine: { start: async () => undefined },
      ...options,
    })
    const ended: { result?: Answer | Outcome } = {}
    async function follow(): Promise<void> {
      const answer = await agent.answer(prompt, { journal: journalOf(life, over), response })
      ended.result = answer.type === 'answering' ? await answer.finished : answer
    }
    void follow()
    // A process that begins is sent what came shortly before, as by rewind.
    if (attempts > 1) clock.after(5, () => channel.deliverAgain())
    for (let turns = 0; !ended.result && !life.isDead() && !over.signal.aborted && turns < 20_000; turns++)
      await clock.run(clock.now() + 5)
    operations = life.operations()
    if (!life.isDead()) void agent.close()
    const { result } = ended
    return result && isOver(result) && !over.signal.aborted ? result : undefined
  }

  return {
    get steps() {
      return entries.map(({ name }) => name)
    },
    get attempts() {
      return attempts
    },
    get operations() {
      return operations
    },
    errors,
    async work(prompt, lives, response) {
      entries = []
      for (const dieAt of [...lives, Infinity, Infinity, Infinity]) {
        const result = await attempt(prompt, dieAt, response)
        if (result) return result
      }
      throw new Error('the run did not end')
    },
  }
}

function isOver(result: Answer | Outcome): boolean {
  if ('status' in result) return result.status !== 'superseded' && !('unwritten' in result)
  return result.type !== 'refused' || (result.reason !== 'unavailable' && result.reason !== 'closed')
}
