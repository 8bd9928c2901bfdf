import type { AgentStream } from '../../publish/stream-response.ts'

/** Executes calls at most once: that a call is about to be executed is in the response before it is. */
export interface ToolRuns {
  /** Says of calls that they are about to be executed. Rejects if they must not be. */
  begin(callIds: readonly string[]): Promise<void>
  /** As `Task.run`. */
  run(callId: string): Promise<void>
  /** Says of a call that an earlier attempt was about to execute it. */
  ran(callIds: readonly string[]): Promise<void>
}

export interface ToolRunsOptions {
  readonly stream: () => Pick<AgentStream, 'write' | 'called'>
  /** The header `run` of this agent's run. */
  readonly epoch: string
  /** Whether this run is the one that writes the response, by what the service holds. */
  readonly isHolder: () => Promise<boolean>
  readonly signal: AbortSignal
}

export function createToolRuns({ stream, epoch, isHolder, signal }: ToolRunsOptions): ToolRuns {
  /** The calls of this run. */
  const begun = new Map<string, Promise<void>>()

  function say(callIds: readonly string[]): Promise<void> {
    return stream().write(callIds.map((id) => ({ head: { type: 'run', id, epoch } })))
  }

  async function write(callIds: readonly string[]): Promise<void> {
    await say(callIds)
    // An agent that takes the response over has written to it, and finds this run there: only one of the two goes on.
    if (!(await isHolder())) throw new DOMException('another agent writes the response', 'AbortError')
    signal.throwIfAborted()
  }

  function begin(callIds: readonly string[]): Promise<void> {
    if (callIds.length === 0) return Promise.resolve()
    const written = write(callIds)
    for (const id of callIds) begun.set(id, written)
    return written
  }

  async function run(callId: string): Promise<void> {
    const { id, name, wants, approved } = await stream().called(callId)
    signal.throwIfAborted()
    if (wants === 'approval' && approved !== true)
      throw new Error(
        `unable to run the tool ${name}; nobody has approved the call: end the source, and run it when the task is continued`,
      )
    await (begun.get(id) ?? begin([id]))
    signal.throwIfAborted()
  }

  async function ran(callIds: readonly string[]): Promise<void> {
    const written = say(callIds)
    for (const id of callIds) begun.set(id, written)
    await written
  }

  return {
    begin,
    run,
    ran,
  }
}
