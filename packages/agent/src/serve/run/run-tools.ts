import type { Steps } from '../../journal/steps.ts'

type Execute = (input: unknown, options: { readonly toolCallId: string }) => unknown

/** Tools of the AI SDK, each call of which is executed at most once. */
export function runTools<Tools extends object>(tools: Tools, steps: Pick<Steps, 'execute' | 'results'>): Tools {
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, runTool(tool, steps)])) as Tools // The same tools, executed once.
}

function runTool(tool: unknown, { execute, results }: Pick<Steps, 'execute' | 'results'>): unknown {
  if (typeof tool !== 'object' || tool === null || !('execute' in tool) || typeof tool.execute !== 'function') return tool
  const work = tool.execute.bind(tool) as Execute // As the AI SDK calls it.
  if (isGenerator(tool.execute))
    return {
      ...tool,
      execute: (...[input, options]: Parameters<Execute>) =>
        results(options.toolCallId, () => work(input, options) as AsyncIterable<unknown>), // Of a generator.
    }
  return {
    ...tool,
    execute: (...[input, options]: Parameters<Execute>) => execute(options.toolCallId, () => work(input, options)),
  }
}

/** Whether it gives preliminary results. */
function isGenerator(execute: object): boolean {
  return Object.prototype.toString.call(execute) === '[object AsyncGeneratorFunction]'
}
