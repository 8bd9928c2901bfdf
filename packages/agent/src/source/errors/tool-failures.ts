import type { Fields } from '../fields.ts'
import { isFields } from '../fields.ts'
import { ToolError } from './tool-error.ts'

interface Failure {
  /** Undefined where the part does not name the call. */
  readonly call: unknown
  readonly tool: unknown
  readonly error: unknown
}

/**
 * Reports the tools that fail while a model answers. The model gets the failure as the tool's result and continues. Readers see only that the
 * call failed.
 *
 * @returns reads a chunk of the model's stream
 */
export function createToolFailures(report: (error: ToolError) => void): (chunk: unknown) => void {
  const names = new Map<unknown, unknown>()
  const reported = new Set<unknown>()
  return (chunk) => {
    if (!isFields(chunk)) return
    // Mastra puts what a part of the AI SDK holds one level down.
    const part = isFields(chunk['payload']) ? { ...chunk['payload'], ...chunk } : chunk
    const { type, toolCallId, toolName } = part
    if (typeof type !== 'string') return
    if (toolCallId !== undefined && toolName !== undefined) names.set(toolCallId, toolName)
    const failure = failureIn(type, part)
    // A wrong input is reported once more as the output.
    if (!failure || (failure.call !== undefined && reported.has(failure.call))) return
    if (failure.call !== undefined) reported.add(failure.call)
    const { error, tool = names.get(failure.call) } = failure
    report(new ToolError(typeof tool === 'string' ? tool : undefined, error))
  }
}

function failureIn(type: string, part: Fields): Failure | undefined {
  const { toolCallId: call, toolName: tool } = part
  switch (type) {
    case 'tool-error':
    case 'tool-input-error':
    case 'tool-output-error':
      return { call, tool, error: part['error'] ?? part['errorText'] }
    case 'tool-result':
      return part['isError'] === true ? { call, tool, error: part['result'] } : undefined
    case 'content_block_start':
      return isFields(part['content_block']) ? failureOfAnthropic(part['content_block']) : undefined
    case 'response.output_item.done':
      return isFields(part['item']) ? failureOfOpenAi(part['item']) : undefined
    default:
      return undefined
  }
}

/** Results of the tools that Anthropic runs are named after them. */
function failureOfAnthropic({ type, content, is_error: isError }: Fields): Failure | undefined {
  const tool = typeof type === 'string' ? /^(.+)_tool_result$/.exec(type)?.[1] : undefined
  if (tool === undefined) return undefined
  if (isError === true) return { call: undefined, tool, error: content }
  const isErrorContent =
    isFields(content) && typeof content['type'] === 'string' && content['type'].endsWith('_tool_result_error')
  return isErrorContent ? { call: undefined, tool, error: content['error_code'] } : undefined
}

function failureOfOpenAi({ type, name, server_label: server, error }: Fields): Failure | undefined {
  if ((type !== 'mcp_call' && type !== 'mcp_list_tools') || error === null || error === undefined) return undefined
  return { call: undefined, tool: name ?? server, error }
}
