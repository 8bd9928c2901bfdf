import type { AgentStream } from '../../publish/stream-response.ts'

/** Executes calls at most once: that a call is about to be executed is in the response before it is. */
export interface ToolRuns {
  /** Says of calls that they are about to be executed. Rejects if they must not be. */
  begin(callIds: readonly string[]): Promise<void>
  /** As `Task.run`. */
  run(callId: string): Promise<void>
  /** As `Task.tools`. */
  tools<Tools extends object>(tools: Tools): Tools
}

export interface ToolRunsOptions {
  readonly stream: () => Pick<AgentStream, 'write' | 'called'>
  /** The header `run` of this agent's run. */
  readonly epoch: string
  /** Whether this run is the one that writes the response, by what the service holds. */
  readonly isHolder: () => Promise<boolean>
  readonly signal: AbortSignal
}

type Execute = (input: unknown, options: { readonly toolCallId: string }) => unknown

export function createToolRuns({ stream, epoch, isHolder, signal }: ToolRunsOptions): ToolRuns {
  /** The calls of this run. */
  const begun = new Map<string, Promise<void>>()

  async function write(callIds: readonly string[]): Promise<void> {
    await stream().write(callIds.map((id) => ({ head: { type: 'run', id, epoch } })))
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

  function wrapped(tool: unknown): unknown {
    if (typeof tool !== 'object' || tool === null || !('execute' in tool) || typeof tool.execute !== 'function') return tool
    const execute = tool.execute.bind(tool) as Execute // As the AI SDK calls it.
    if (isGenerator(tool.execute))
      return {
        ...tool,
        async *execute(...[input, options]: Parameters<Execute>) {
          await run(options.toolCallId)
          yield* execute(input, options) as AsyncIterable<unknown> // Of a generator.
        },
      }
    return {
      ...tool,
      async execute(...[input, options]: Parameters<Execute>) {
        await run(options.toolCallId)
        return execute(input, options)
      },
    }
  }

  return {
    begin,
    run,
    tools: <Tools extends object>(tools: Tools) =>
      Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, wrapped(tool)])) as Tools, // The same tools, executed once.
  }
}

/** Whether it gives preliminary results. */
function isGenerator(execute: object): boolean {
  return Object.prototype.toString.call(execute) === '[object AsyncGeneratorFunction]'
}
