import type { Fields } from '../fields.ts'
import { defined, fieldsIn, idIn, isFields, textIn } from '../fields.ts'
import type { ModelStream } from '../model-stream.ts'
import { called } from '../model-stream.ts'
import { readJson } from '../read-json.ts'

/** Reads the calls of tools in a response of OpenAI's Responses. */
export interface ItemReader {
  /** An item that has been added, or is done. */
  read(item: Fields, isDone: boolean, stream: ModelStream): void
  /** What streams between. */
  readEvent(kind: string, part: Fields, stream: ModelStream): void
}

/** Of its tools the service runs all but these, whose result is to come from the product. */
const clients = /^(?:function|custom_tool|computer|local_shell|shell|apply_patch)_call$/

/** Fields of an item that are neither input nor output. */
const own: ReadonlySet<string> = new Set([
  'id',
  'call_id',
  'type',
  'status',
  'name',
  'namespace',
  'caller',
  'async',
  'created_by',
])

export function createItemReader(): ItemReader {
  /** Ids of calls by their items. */
  const calls = new Map<unknown, string>()
  /** Calls whose arguments have come as they were written. */
  const written = new Set<string>()
  const done = new Set<string>()
  const files = new Set<string>()

  function begin(item: Fields, stream: ModelStream): string | undefined {
    const { type, id, call_id: callId } = item
    const isApproval = type === 'mcp_approval_request'
    if (typeof type !== 'string' || (!type.endsWith('_call') && !isApproval)) return undefined
    called(stream)
    const isClients = clients.test(type)
    const call = idIn(isClients ? (callId ?? id) : id) ?? idIn(callId)
    // Where a shell runs, its call does not say.
    if (isApproval || (isClients && type !== 'shell_call')) stream.finish = 'tool-calls'
    const name = nameOf(type, item)
    if (call === undefined || name === undefined) return undefined
    if (id !== undefined) calls.set(id, call)
    if (done.has(call)) return call
    const isMcp = type.startsWith('mcp_')
    const itemId = isClients && typeof id === 'string' ? { openai: { itemId: id } } : undefined
    stream.parts.call(call, {
      name,
      ...(isMcp && { dynamic: true }),
      ...(!isClients && { providerExecuted: true }),
      ...(itemId && { provider: itemId }),
      isText: type === 'custom_tool_call',
    })
    return call
  }

  function finish(call: string, item: Fields, stream: ModelStream): void {
    if (done.has(call)) return
    const { parts } = stream
    const { type, status, error } = item
    const text = item['arguments']
    // A call that was cut has no input.
    if (status === 'incomplete' && (typeof text !== 'string' || !readJson(text))) return
    done.add(call)
    if (typeof text === 'string') finishArguments(call, text, stream)
    else parts.inputDone(call, { input: inputOf(item) })
    if (type === 'mcp_approval_request') return parts.ask(call, call, undefined)
    if (clients.test(String(type))) return
    if ((error !== undefined && error !== null) || status === 'failed') return parts.fault(call, error ?? 'it failed')
    parts.output(call, outputOf(item))
    readSources(item, stream)
    readImage(item, stream)
  }

  function finishArguments(call: string, text: string, { parts }: ModelStream): void {
    if (!written.has(call)) parts.input(call, text)
    written.add(call)
    const input = readJson(text)
    if (input) parts.inputDone(call, text.trim() === '' ? undefined : input)
    else parts.inputFailed(call, new SyntaxError('the input is no JSON'))
  }

  function write(call: string | undefined, text: unknown, { parts }: ModelStream): void {
    if (call === undefined || typeof text !== 'string') return
    written.add(call)
    parts.input(call, text)
  }

  function readSources(item: Fields, { parts }: ModelStream): void {
    const { action, results } = item
    for (const { url } of fieldsIn(isFields(action) ? action['sources'] : undefined)) {
      const address = textIn(url)
      if (address !== undefined) parts.source({ url: address })
    }
    for (const { file_id: id, filename } of fieldsIn(item['type'] === 'file_search_call' ? results : undefined)) {
      const name = textIn(filename)
      if (name === undefined || files.has(String(id))) continue
      files.add(String(id))
      parts.source({ mediaType: 'text/plain', title: name, filename: name, provider: { openai: { fileId: id } } })
    }
  }

  function readImage({ type, result, output_format: format }: Fields, { parts }: ModelStream): void {
    if (type !== 'image_generation_call' || typeof result !== 'string' || result === '') return
    const mediaType = format === 'svg' ? 'image/svg+xml' : `image/${textIn(format) ?? 'png'}`
    parts.file({ mediaType, url: `data:${mediaType};base64,${result}` })
  }

  return {
    read(item, isDone, stream) {
      const { type } = item
      if (type === 'compaction' && isDone) {
        const provider = { openai: defined({ itemId: item['id'], encryptedContent: item['encrypted_content'] }) }
        return stream.parts.custom({ kind: 'openai.compaction', provider })
      }
      const result = typeof type === 'string' && type.endsWith('_output') ? idIn(item['call_id']) : undefined
      if (result !== undefined && isDone) return stream.parts.output(result, item['output'] ?? item['result'])
      const call = begin(item, stream)
      if (call !== undefined && isDone) finish(call, item, stream)
    },
    readEvent(kind, part, stream) {
      const call = calls.get(part['item_id'])
      switch (kind) {
        case 'function_call_arguments.delta':
        case 'mcp_call_arguments.delta':
        case 'custom_tool_call_input.delta':
          return write(call, part['delta'], stream)
        case 'function_call_arguments.done':
        case 'mcp_call_arguments.done':
          if (call !== undefined && typeof part['arguments'] === 'string' && readJson(part['arguments']))
            finishArguments(call, part['arguments'], stream)
          return
        case 'code_interpreter_call_code.delta':
          if (call === undefined || typeof part['delta'] !== 'string') return
          // The input is an object, of which the code is what streams.
          return write(call, (written.has(call) ? '' : '{"code":"') + JSON.stringify(part['delta']).slice(1, -1), stream)
        case 'code_interpreter_call_code.done':
          if (call === undefined || !written.has(call)) return
          write(call, '"}', stream)
          return stream.parts.inputDone(call)
        default:
          return
      }
    },
  }
}

function nameOf(type: string, { name }: Fields): string | undefined {
  if (type.startsWith('mcp_')) return typeof name === 'string' ? `mcp.${name}` : undefined
  return type === 'function_call' || type === 'custom_tool_call' ? textIn(name) : type.replace(/_call$/, '')
}

/** The input of a tool of the service, and of those whose input is no text of arguments. */
function inputOf(item: Fields): unknown {
  const { action } = item
  switch (item['type']) {
    case 'custom_tool_call':
      return item['input']
    case 'web_search_call':
      return isFields(action) ? without(action, ['sources']) : {}
    case 'file_search_call':
      return { queries: item['queries'] ?? [] }
    case 'code_interpreter_call':
      return { code: item['code'] ?? '' }
    case 'image_generation_call':
      return {}
    default:
      return without(item, [...own, 'output', 'result', 'results', 'outputs', 'error'])
  }
}

function outputOf(item: Fields): unknown {
  const { action, output, outputs, queries, results, result, revised_prompt: prompt } = item
  switch (item['type']) {
    case 'web_search_call':
      return defined({ status: item['status'], sources: isFields(action) ? action['sources'] : undefined })
    case 'file_search_call':
      return { queries: queries ?? [], results: results ?? null }
    case 'code_interpreter_call':
      return { outputs: outputs ?? null }
    case 'image_generation_call':
      // The image is a part of its own.
      return defined({ status: item['status'], revisedPrompt: textIn(prompt) })
    default:
      return output ?? outputs ?? results ?? result ?? null
  }
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}
