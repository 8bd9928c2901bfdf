import { Invocation } from '@ably/ai-transport'
import type { VercelOutput } from '@ably/ai-transport/vercel'
import { createAgentSession } from '@ably/ai-transport/vercel'
import type { Invocation as OurInvocation } from '@streamfold/core/ai-transport'
import type { Realtime } from 'ably'
import { ErrorInfo } from 'ably'

type Run = ReturnType<ReturnType<typeof createAgentSession>['createRun']>

/** An answer under way: what the test makes the model of their agent say. */
export interface Answering {
  readonly run: Run
  /** Resolves when their pipe has taken it. */
  readonly say: (...chunks: readonly (string | VercelOutput)[]) => Promise<void>
  /** Resolves when the run waits for its user. */
  readonly suspend: () => Promise<void>
  readonly fail: (error: Error) => void
  readonly complete: () => Promise<void>
  /** How their pipe ended. */
  readonly piped: Promise<string>
  /** Resolves when the run has been ended as the pipe was. */
  readonly ended: Promise<void>
}

export interface TheirAgent {
  /** Answers as an HTTP endpoint for AI Transport does. */
  readonly answer: (invocation: OurInvocation) => Promise<Answering>
  /** Answers, and hands the answer to the caller of `next`: for a page's notifyAgent. */
  readonly wake: (invocation: OurInvocation) => Promise<void>
  readonly next: () => Promise<Answering>
  readonly session: ReturnType<typeof createAgentSession>
}

/** An agent of @ably/ai-transport, written as its documentation says. */
export async function theirAgent(client: Realtime, channelName: string): Promise<TheirAgent> {
  const session = createAgentSession({ client, channelName })
  await session.connect()
  const begun: Answering[] = []
  const waiting: ((answering: Answering) => void)[] = []

  async function answer(invocation: OurInvocation): Promise<Answering> {
    const run = session.createRun(Invocation.fromJSON(invocation))
    await run.start()
    const { readable, writable } = new TransformStream<VercelOutput, VercelOutput>()
    const writer = writable.getWriter()
    writer.closed.catch(() => {}) // A cancelled pipe leaves it.
    const piping = run.pipe(readable)
    let waits = false
    const ended = piping.then(({ reason, error }) => {
      if (waits) return run.suspend()
      if (reason !== 'error') return run.end({ reason })
      return run.end({ reason, error: new ErrorInfo(error?.message ?? 'unknown', 104_000, 500) })
    })
    // A test may end in the middle of an answer, and takes its connection with it.
    ended.catch(() => {})
    let open = false
    return {
      run,
      piped: piping.then(({ reason }) => reason),
      ended,
      async say(...chunks) {
        for (const chunk of chunks) {
          if (typeof chunk !== 'string') await writer.write(chunk)
          else {
            if (!open) await writer.write({ type: 'text-start', id: 'text' })
            open = true
            await writer.write({ type: 'text-delta', id: 'text', delta: chunk })
          }
        }
      },
      async suspend() {
        waits = true
        await writer.close()
        await ended
      },
      fail: (error) => void writer.abort(error),
      async complete() {
        if (open) await writer.write({ type: 'text-end', id: 'text' })
        await writer.close()
        await ended
      },
    }
  }

  return {
    session,
    answer,
    async wake(invocation) {
      const answering = await answer(invocation)
      const waiter = waiting.shift()
      if (waiter) waiter(answering)
      else begun.push(answering)
    },
    next: () => {
      const answering = begun.shift()
      return answering ? Promise.resolve(answering) : new Promise((resolve) => waiting.push(resolve))
    },
  }
}
