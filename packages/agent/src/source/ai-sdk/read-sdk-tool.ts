import type { Fields } from '../fields.ts'
import { defined, idIn, isFields, providerIn, textIn } from '../fields.ts'
import { readJson } from '../read-json.ts'
import type { ModelStream } from '../model-stream.ts'
import { called } from '../model-stream.ts'

/** What the AI SDK tells of tools: the call, its input, the approval of a person, its result. */
export function readSdkTool(type: string, part: Fields, stream: ModelStream): void {
  called(stream)
  track(type, part, stream)
  const { parts } = stream
  const call = isFields(part['toolCall']) ? part['toolCall'] : part
  const isStep = type.startsWith('tool-input-') || type.startsWith('tool-call-')
  const id = idIn(call['toolCallId'] ?? (isStep ? call['id'] : undefined))
  const provider = providerIn(part['providerMetadata'])
  const reason = textIn(part['reason'])
  const approval = idIn(part['approvalId'])
  if (type === 'tool-approval-response') {
    if (approval !== undefined) parts.decided(approval, part['approved'] === true, reason, id)
    return
  }
  if (id === undefined) return
  beginCall(id, type, call, stream)
  const error = part['error'] ?? part['errorText']
  switch (type) {
    case 'tool-input-delta':
    case 'tool-call-delta': // of AI SDK 4 and Mastra
      return parts.input(id, String(part['delta'] ?? part['inputTextDelta'] ?? part['argsTextDelta'] ?? ''))
    case 'tool-call':
    case 'tool-input-available':
      if (part['invalid'] === true) return parts.inputFailed(id, error, inputOf(part, stream))
      return parts.inputDone(id, inputOf(part, stream), provider)
    case 'tool-input-error':
      return parts.inputFailed(id, error, inputOf(part, stream))
    case 'tool-approval-request':
      parts.inputDone(id, inputOf(call, stream))
      return parts.ask(id, approval ?? id, reason)
    case 'tool-result':
    case 'tool-output-available': {
      if (part['isError'] === true) return parts.fault(id, part['result'], provider)
      const output = 'output' in part ? part['output'] : part['result']
      return parts.output(id, output, { preliminary: part['preliminary'] === true, provider })
    }
    case 'tool-error':
    case 'tool-output-error':
      return parts.fault(id, error, provider)
    case 'tool-output-denied':
      return parts.denied(id)
    default:
      // That the input is complete its call says, with the input itself.
      return undefined
  }
}

/** A call whose result comes first has been made before: of it no more is known than what comes with the result. */
function beginCall(id: string, type: string, call: Fields, stream: ModelStream): void {
  const name = textIn(call['toolName'])
  if (name === undefined) return
  const { parts } = stream
  const isResult = /^tool-(?:result|error|output-.*|approval-request)$/.test(type)
  if (isResult && parts.hasCall(id)) return
  const { dynamic, title, providerExecuted, toolMetadata, inputEncoding } = call
  parts.call(id, {
    name,
    ...defined({
      dynamic: dynamic === true ? true : undefined,
      title: textIn(title),
      providerExecuted: typeof providerExecuted === 'boolean' ? providerExecuted : undefined,
      metadata: isFields(toolMetadata) ? toolMetadata : undefined,
      provider: isResult ? undefined : providerIn(call['providerMetadata']),
    }),
    isText: inputEncoding === 'text',
  })
  if (isResult) parts.inputDone(id, inputOf(call, stream))
}

function inputOf(call: Fields, { isProviders }: ModelStream): { readonly input: unknown } | undefined {
  const input = call['input'] ?? call['args']
  if (isProviders && typeof input === 'string') return readJson(input)
  return input === undefined ? undefined : { input }
}

function track(type: string, { toolCallId: id, preliminary }: Fields, stream: ModelStream): void {
  if (type === 'tool-call' || type === 'tool-input-available') stream.running.add(id)
  else if (/^tool-(?:result|error|output-.*|approval-request)$/.test(type) && preliminary !== true) stream.running.delete(id)
}
